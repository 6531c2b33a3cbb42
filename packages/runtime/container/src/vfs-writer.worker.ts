/**
 * The one worker that changes the file system. It runs no user code, is never
 * killed, and blocks in `serve()` for the life of the container.
 */
import { VfsWriter } from '@slipway/vfs';
import { KEPT_HOME } from './file-layout.ts';
import { openKeepFiles } from './keep/keep-files.ts';
import type { KeepMessage } from './keep/keep-home.ts';

const say = (message: KeepMessage): void => self.postMessage(message);

/**
 * Files that cannot be opened are told, and the container runs without: `serving` says it either way, before
 * the loop that never returns.
 */
async function serve(memory: SharedArrayBuffer, keep: boolean): Promise<never> {
  let problem: string | undefined;
  const files = keep
    ? await openKeepFiles().catch((error: unknown) => {
        problem = error instanceof Error ? error.message : String(error);
        return undefined;
      })
    : undefined;
  const writer = new VfsWriter(
    memory,
    files && {
      keep: {
        ...KEPT_HOME,
        files,
        clock: () => performance.now(),
        onEnd: (end) =>
          say({ type: 'kept-end', end: end.why, message: end.why === 'broken' ? String(end.error) : end.why }),
      },
    },
  );
  say({ type: 'serving', ...(problem === undefined ? {} : { problem }) });
  return writer.serve();
}

self.onmessage = (event: MessageEvent<{ memory: SharedArrayBuffer; keep: boolean }>) => {
  serve(event.data.memory, event.data.keep).catch((error: unknown) => reportError(error));
};
