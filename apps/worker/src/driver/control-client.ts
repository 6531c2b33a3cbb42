import { type ControlEvent, controlOffer, type ControlReply, type ControlRequest } from '@slipway/contracts';

type RunRequest = Omit<Extract<ControlRequest, { type: 'run' }>, 'id' | 'type'>;

export interface RunEnd {
  code: number | null;
  signal: string | null;
}

/** The container-control port, for a page that runs commands with stdout and stderr apart. */
export class ControlClient {
  readonly #port: MessagePort;
  readonly #replies = new Map<number, (reply: ControlReply) => void>();
  readonly #runs = new Map<number, { onOutput: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void; onExit: (end: RunEnd) => void }>();
  #nextId = 1;
  #bootFailed: (message: string) => void = () => undefined;
  /** Rejects when the container says that it cannot boot: the client itself would wait for ever. */
  readonly bootFailure: Promise<never>;

  constructor(port: MessagePort) {
    this.#port = port;
    this.bootFailure = new Promise((_, reject) => (this.#bootFailed = (message) => reject(new Error(message))));
    port.onmessage = (event: MessageEvent<ControlEvent | ControlReply>) => this.#receive(event.data);
  }

  /** Resolves with the port that the first container page of this window offers. Call before the client boots. */
  static offered(runtimeOrigin: string): Promise<ControlClient> {
    return new Promise((resolve) => {
      addEventListener('message', function receive(event: MessageEvent<unknown>) {
        const port = event.ports[0];
        if (event.origin !== runtimeOrigin || !port || !controlOffer.safeParse(event.data).success) return;
        removeEventListener('message', receive);
        resolve(new ControlClient(port));
      });
    });
  }

  async run(request: RunRequest, onOutput: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void): Promise<RunEnd> {
    const id = this.#nextId++;
    // The process may write and end before anybody could register its pid, so the reply's own turn registers it.
    return await new Promise<RunEnd>((resolve, reject) => {
      this.#replies.set(id, (reply) => {
        if (!reply.ok) return reject(new Error(`Cannot run "${request.command}": ${reply.message}`));
        if (reply.pid === undefined) return reject(new Error(`Cannot run "${request.command}": the reply has no pid`));
        this.#runs.set(reply.pid, { onOutput, onExit: resolve });
      });
      this.#port.postMessage({ type: 'run', id, ...request } satisfies ControlRequest);
    });
  }

  #receive(message: ControlEvent | ControlReply): void {
    switch (message.type) {
      case 'reply':
        this.#replies.get(message.id)?.(message);
        this.#replies.delete(message.id);
        break;
      case 'output':
        this.#runs.get(message.pid)?.onOutput(message.stream, message.chunk);
        break;
      case 'exit':
        this.#runs.get(message.pid)?.onExit({ code: message.code, signal: message.signal });
        this.#runs.delete(message.pid);
        break;
      case 'boot':
        if (message.phase === 'failed') this.#bootFailed(message.message ?? 'the container did not boot');
        break;
      case 'processes':
      case 'memory':
      case 'ports':
      case 'persistence':
        // Sent for subscriptions only, and this page has none.
        break;
    }
  }
}
