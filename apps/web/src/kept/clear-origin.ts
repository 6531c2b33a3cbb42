import { storageAnswer, type StorageRequest } from '@slipway/wire';

/** The page may be slow to load; nobody waits for it. */
const LIMIT_MS = 30_000;

/** Deletes what a project's origin keeps in this browser: that origin's own page does it, in a frame. */
export async function clearOrigin(origin: string): Promise<void> {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  const done = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      AbortSignal.timeout(LIMIT_MS).addEventListener(
        'abort',
        () => reject(new Error(`"${origin}" did not answer within ${LIMIT_MS / 1000} s`)),
        { signal: done.signal },
      );
      const hear = (event: MessageEvent<unknown>): void => {
        if (event.origin !== origin || event.source !== frame.contentWindow) return;
        const answer = storageAnswer.safeParse(event.data);
        if (!answer.success) return;
        const request: StorageRequest = { type: 'slipway:storage', do: 'clear' };
        if (answer.data.state === 'ready') frame.contentWindow?.postMessage(request, origin);
        else if (answer.data.state === 'cleared') resolve();
        else reject(new Error(answer.data.message));
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
