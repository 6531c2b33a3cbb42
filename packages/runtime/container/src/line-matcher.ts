import { WireError } from '@slipway/wire';
import type { LineMatcher } from './host/container-host.ts';
import type { Found, Search } from './search.worker.ts';
import { startWorker } from './worker-handle.ts';

/** For one text; a person's pattern is done with the largest in a tenth of it. */
const FIND_MS = 5_000;

/**
 * Matches in a worker, which is ended when an expression takes too long: one that
 * backtracks (`(a+)+b`) can go on for ever, and cannot be interrupted otherwise.
 */
export function createLineMatcher(scriptUrl: Promise<string>, expression: RegExp): LineMatcher {
  const worker = scriptUrl.then((url) => startWorker(url, 'search'));
  // Told to whoever searches.
  worker.catch(() => undefined);
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    worker.then((handle) => handle.terminate()).catch(() => undefined);
  };
  return {
    async find(text, limit, shown) {
      if (closed) throw new WireError('Cannot search: the search has ended');
      const handle = await worker;
      let timer: ReturnType<typeof setTimeout> | undefined;
      try {
        return await new Promise((resolve, reject) => {
          timer = setTimeout(
            () => reject(new WireError(`Cannot search: the pattern takes more than ${FIND_MS / 1000} s in "${shown}"`)),
            FIND_MS,
          );
          handle.onMessage((message) => resolve((message as unknown as Found).matches));
          handle.onError((message) => reject(new Error(`Cannot search: ${message}`)));
          const search: Search = { text, limit, source: expression.source, flags: expression.flags };
          handle.post(search);
        });
      } catch (error) {
        close();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    close,
  };
}
