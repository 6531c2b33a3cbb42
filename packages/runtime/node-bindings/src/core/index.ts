import type { BindingTable } from '../realm/binding-table.ts';
import { createAsyncContextFrameBinding } from './async-context-frame.ts';
import { createAsyncWrapBinding } from './async-wrap.ts';
import { createBlobBinding } from './blob.ts';
import { createBufferBinding } from './buffer.ts';
import { createBuiltinsBinding } from './builtins.ts';
import { createDiagnosticsChannelBinding } from './diagnostics-channel.ts';
import { createEncodingBinding } from './encoding-binding.ts';
import { createErrorsBinding } from './errors.ts';
import { createIcuBinding } from './icu.ts';
import { createStringDecoderBinding } from './string-decoder.ts';
import { createTaskQueueBinding } from './task-queue.ts';
import { createTimersBinding } from './timers.ts';
import { createTypesBinding } from './types.ts';
import { createUrlPatternBinding } from './url-pattern.ts';
import { createUrlBinding } from './url.ts';
import { createUtilBinding } from './util.ts';

/** What bootstrap itself asks for: these factories run before there is a process, so none may read `realm.sys`. */
export const coreBindings: BindingTable = {
  async_context_frame: createAsyncContextFrameBinding,
  async_wrap: createAsyncWrapBinding,
  blob: createBlobBinding,
  buffer: createBufferBinding,
  builtins: createBuiltinsBinding,
  diagnostics_channel: createDiagnosticsChannelBinding,
  encoding_binding: createEncodingBinding,
  errors: createErrorsBinding,
  icu: createIcuBinding,
  string_decoder: createStringDecoderBinding,
  task_queue: createTaskQueueBinding,
  timers: createTimersBinding,
  types: createTypesBinding,
  url: createUrlBinding,
  url_pattern: createUrlPatternBinding,
  util: createUtilBinding,
};
