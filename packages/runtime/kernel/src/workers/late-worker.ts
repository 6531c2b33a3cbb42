import type { WorkerHandle } from '../contract/worker-handle.ts';

/**
 * The worker of a seat whose slot still rests: what it is told waits until it
 * is made. To its process it looks like one that takes long to start.
 */
export class LateWorker implements WorkerHandle {
  #worker: WorkerHandle | undefined;
  readonly #posts: (readonly [message: unknown, transfer: readonly unknown[] | undefined])[] = [];
  #receiver: ((message: unknown, ports: readonly unknown[]) => void) | undefined;
  #onError: ((message: string) => void) | undefined;

  /** The slot is free: everything said so far is handed on, `boot` first. */
  begin(worker: WorkerHandle, boot: unknown): void {
    this.#worker = worker;
    worker.post(boot);
    if (this.#receiver !== undefined) worker.onMessage(this.#receiver);
    if (this.#onError !== undefined) worker.onError(this.#onError);
    for (const [message, transfer] of this.#posts.splice(0)) worker.post(message, transfer);
  }

  post(message: unknown, transfer?: readonly unknown[]): void {
    if (this.#worker === undefined) this.#posts.push([message, transfer]);
    else this.#worker.post(message, transfer);
  }

  onMessage(receiver: (message: unknown, ports: readonly unknown[]) => void): void {
    this.#receiver = receiver;
    this.#worker?.onMessage(receiver);
  }

  onError(receiver: (message: string) => void): void {
    this.#onError = receiver;
    this.#worker?.onError(receiver);
  }

  terminate(): Promise<unknown> | void {
    // What was said to it is for a worker that never will be.
    this.#posts.length = 0;
    return this.#worker?.terminate();
  }
}
