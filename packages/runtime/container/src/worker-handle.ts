import type { WorkerHandle } from '@slipway/kernel';

/** How long a worker that was terminated may run on, where nobody tells when it ended. Chromium: 2 s. */
const LONGEST_AFTERLIFE_MS = 3000;

/** A dedicated worker as the kernel handles it; developer tools call it by `name`. The only place that makes one. */
export function startWorker(url: string, name: string): WorkerHandle {
  const lifeline = `${LIFELINE}${crypto.randomUUID()}`;
  const worker = new Worker(`${url}#${lifeline}`, { name, type: 'module' });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer as Transferable[]),
    onMessage: (receiver) => {
      worker.onmessage = (event: MessageEvent) => receiver(event.data, event.ports);
    },
    onError: (receiver) => {
      worker.onerror = (event) => {
        event.preventDefault();
        // A script that could not be loaded gives an event without a message.
        receiver(event.message || `the script "${url}" could not be loaded`);
      };
      worker.onmessageerror = () => receiver('a message could not be read');
    },
    terminate: async () => {
      worker.terminate();
      try {
        // One that does not hold its lock yet may still be starting, and then runs what was sent to it before.
        const { held } = await navigator.locks.query();
        if (held?.some((lock) => lock.name === lifeline) !== true)
          await new Promise((resolve) => setTimeout(resolve, LONGEST_AFTERLIFE_MS));
        await navigator.locks.request(lifeline, () => undefined);
      } catch {
        // A browser that has no locks, or denies them: the longest time will do.
        await new Promise((resolve) => setTimeout(resolve, LONGEST_AFTERLIFE_MS));
      }
    },
  };
}

/**
 * Worker side: holds the lock that its address names as long as it lives, so that the
 * kernel learns of its end by getting the lock. Nothing else tells: `terminate`
 * returns before a worker that is busy has stopped.
 *
 * Where the browser denies storage (to third parties, say) it denies locks with
 * it. Then no worker has a lifeline, and `terminate` waits the longest time there
 * is. The other way round nothing is lost: workers end with the kernel's worker,
 * whose children they are.
 */
export function holdLifeline(): void {
  const lifeline = self.location.hash.slice(1);
  if (!lifeline.startsWith(LIFELINE) || navigator.locks === undefined) return;
  // Made now: the lock is granted while the program runs, whose promise hooks would be told of it.
  const forever = new Promise(() => undefined);
  // The refusal comes while the program runs, too, and would end it as an unhandled rejection of its own.
  navigator.locks.request(lifeline, () => forever).catch(() => undefined);
}

const LIFELINE = 'slipway-worker-';
