import type { WorkerHandle } from '@slipway/kernel';

/** How long a worker that was terminated may run on, where nobody tells when it ended. Chromium: 2 s. */
const LONGEST_AFTERLIFE_MS = 3000;

/** A dedicated worker as the kernel handles it. The only place that makes one. */
export function startWorker(url: string, kind: string): WorkerHandle {
  const name = `${LIFELINE}${kind}-${crypto.randomUUID()}`;
  const worker = new Worker(url, { name, type: 'module' });
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
        if (held?.some((lock) => lock.name === name) !== true) await new Promise((resolve) => setTimeout(resolve, LONGEST_AFTERLIFE_MS));
        await navigator.locks.request(name, () => undefined);
      } catch {
        // A browser without the lock manager: the longest time will do.
        await new Promise((resolve) => setTimeout(resolve, LONGEST_AFTERLIFE_MS));
      }
    },
  };
}

/**
 * Worker side: holds the lock of its own name as long as it lives, so that the
 * kernel learns of its end by getting the lock. Nothing else tells: `terminate`
 * returns before a worker that is busy has stopped.
 */
export function holdLifeline(): void {
  if (!self.name.startsWith(LIFELINE)) return;
  // Made now: the lock is granted while the program runs, whose promise hooks would be told of it.
  const forever = new Promise(() => undefined);
  void navigator.locks.request(self.name, () => forever);
}

const LIFELINE = 'slipway-worker-';
