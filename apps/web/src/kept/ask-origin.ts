import { storageAnswer, type StorageRequest } from '@slipway/wire';

/** The page may be slow to load; nobody waits for it. */
const CLEAR_LIMIT_MS = 30_000;
/** Some megabytes, over a slow line. */
const KEEP_LIMIT_MS = 300_000;

/** Deletes what a project's origin keeps in this browser: that origin's own page does it, in a frame. */
export const clearOrigin = (origin: string): Promise<void> => askOrigin(origin, 'clear', CLEAR_LIMIT_MS);

/** Resolves when the project's origin keeps what its container boots from, so that it does without a server. */
export const keepOrigin = (origin: string): Promise<void> => askOrigin(origin, 'offline', KEEP_LIMIT_MS);

async function askOrigin(origin: string, what: StorageRequest['do'], limitMs: number): Promise<void> {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  const done = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      AbortSignal.timeout(limitMs).addEventListener(
        'abort',
        () => reject(new Error(`"${origin}" did not answer within ${limitMs / 1000} s`)),
        { signal: done.signal },
      );
      const hear = (event: MessageEvent<unknown>): void => {
        if (event.origin !== origin || event.source !== frame.contentWindow) return;
        const answer = storageAnswer.safeParse(event.data);
        if (!answer.success) return;
        const request: StorageRequest = { type: 'slipway:storage', do: what };
        if (answer.data.state === 'ready') frame.contentWindow?.postMessage(request, origin);
        else if (answer.data.state === 'failed') reject(new Error(answer.data.message));
        else resolve();
      };
      addEventListener('message', hear, { signal: done.signal });
      frame.src = `${origin}/storage`;
      document.body.append(frame);
    });
  } finally {
    done.abort();
    frame.remove();
  }
}
