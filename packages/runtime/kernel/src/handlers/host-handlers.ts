import type { HandlersOf } from './handler.ts';

const LARGE_MODULE_BYTES = 1 << 20;

/** None of these changes a process, and none has an answer on the reply page. */
export const hostHandlers: HandlersOf<'host-event' | 'module' | 'engine-work'> = {
  'host-event': ({ host }, _task, { name, args }) => host.emit({ type: name, args }),
  module({ modules }, _task, { byteLength, module }) {
    modules[byteLength < LARGE_MODULE_BYTES ? 'small' : 'large'].keep(byteLength, module);
  },
  'engine-work': ({ host }, _task, { work }) => host.engineWork(work),
};
