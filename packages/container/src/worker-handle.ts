import type { WorkerHandle } from '@slipway/kernel';

/** A dedicated worker as the kernel handles it. The only place that makes one. */
export function startWorker(url: string, name: string): WorkerHandle {
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
    terminate: () => worker.terminate(),
  };
}
