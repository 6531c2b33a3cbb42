/**
 * The broker of one container: the place where preview pages and the kernel's
 * page, which may be in different tabs, find each other.
 *
 *   none ──kernel registers──▶ up ──its lock is free, or another registers──▶ gone ──▶ (up …)
 */
import { parsePreviewOpen, kernelLockName, type FromBroker, type ToBroker } from '@slipway/gateway/preview';

const scope = self as unknown as SharedWorkerGlobalScope;
const containerId = scope.name.replace(/^broker-/, '');

class Broker {
  #kernel: MessagePort | undefined;
  #state: FromBroker['state'] = 'none';
  readonly #pages = new Set<MessagePort>();

  connect(port: MessagePort): void {
    port.addEventListener('message', (event: MessageEvent<ToBroker>) => this.#receive(port, event));
    port.start();
    this.#pages.add(port);
    this.#tell(port);
  }

  #receive(from: MessagePort, event: MessageEvent<ToBroker>): void {
    const [port] = event.ports;
    if (port === undefined) return;
    if (event.data.type === 'kernel') {
      this.#pages.delete(from);
      this.#register(port);
      return;
    }
    const open = event.data.type === 'open' ? parsePreviewOpen(event.data.preview) : undefined;
    if (open === undefined || this.#kernel === undefined) {
      port.close();
      this.#tell(from);
      return;
    }
    this.#kernel.postMessage(open, [port]);
  }

  #register(kernel: MessagePort): void {
    // Taken by another tab while the one before lives on: pages must let go of their ports to it.
    if (this.#kernel !== undefined) this.#enter('gone');
    this.#kernel = kernel;
    this.#enter('up');
    // The kernel's page holds this lock for life, so it is granted when the page has gone.
    const gone = (): void => {
      if (this.#kernel !== kernel) return;
      this.#kernel = undefined;
      this.#enter('gone');
    };
    // A kernel that cannot be watched serves nobody: requests to it would wait for ever after its end.
    navigator.locks.request(kernelLockName(containerId), { mode: 'shared' }, gone).catch(gone);
  }

  #enter(state: FromBroker['state']): void {
    this.#state = state;
    for (const page of this.#pages) this.#tell(page);
  }

  #tell(page: MessagePort): void {
    const message: FromBroker = { type: 'state', state: this.#state };
    page.postMessage(message);
  }
}

const broker = new Broker();
scope.addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) broker.connect(port);
});
