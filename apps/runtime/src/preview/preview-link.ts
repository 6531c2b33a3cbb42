/**
 * A preview page's way to the kernel: the hidden connect iframe. It is made
 * before anything else is waited for, since it is also what notices that the
 * IDE has gone.
 */
import type { KernelNotice, OpenPort, PageToWorker, PreviewPurpose, WorkerToPage } from '@slipway/gateway/preview';

/** A page that keeps asking while nobody is there must not remember it all. */
const MAX_WAITING = 100;

/** Both may be called more than once: a kernel can go, and another come. */
export interface LinkEvents {
  kernel?(state: KernelNotice['state']): void;
  /** The service worker serves requests through a port of ours. */
  live?(): void;
}

/** Ports that are asked for while no kernel is there wait, at most MAX_WAITING of them; the rest is dropped. */
export class PreviewLink {
  readonly #origin: string;
  readonly #events: LinkEvents;
  readonly #frame: HTMLIFrameElement;
  /** Opened before the iframe was there. */
  #waiting: (() => void)[] = [];
  #ready = false;
  #state: KernelNotice['state'] | undefined;

  /** `runtimeOrigin` is the container's; `host` takes the iframe. */
  constructor(runtimeOrigin: string, host: Node, events: LinkEvents = {}) {
    this.#origin = runtimeOrigin;
    this.#events = events;
    this.#frame = document.createElement('iframe');
    this.#frame.style.display = 'none';
    this.#frame.setAttribute('aria-hidden', 'true');
    this.#frame.src = `${runtimeOrigin}/connect`;
    addEventListener('message', (event) => {
      if (event.origin === this.#origin && event.source === this.#frame.contentWindow)
        this.#notice(event.data as KernelNotice);
    });
    navigator.serviceWorker?.addEventListener('message', ({ data, source }: MessageEvent<WorkerToPage>) => {
      if (data?.type === 'slipway:need-port') this.servePort(source as ServiceWorker | null);
      else if (data?.type === 'slipway:live') this.#events.live?.();
    });
    navigator.serviceWorker?.startMessages();
    host.appendChild(this.#frame);
  }

  get state(): KernelNotice['state'] | undefined {
    return this.#state;
  }

  /** A port whose other end goes to the kernel as soon as there is one. */
  open(purpose: PreviewPurpose): MessagePort {
    const channel = new MessageChannel();
    const message: OpenPort = { type: 'slipway:open', purpose };
    this.#whenReady(() => this.#frame.contentWindow?.postMessage(message, this.#origin, [channel.port2]));
    return channel.port1;
  }

  servePort(worker: ServiceWorker | null = navigator.serviceWorker?.controller ?? null): void {
    if (worker === null) return;
    const message: PageToWorker = { type: 'slipway:port' };
    worker.postMessage(message, [this.open({ kind: 'gateway' })]);
  }

  #whenReady(task: () => void): void {
    if (this.#ready) task();
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(task);
  }

  #notice(data: KernelNotice): void {
    if (data?.type !== 'slipway:kernel') return;
    this.#state = data.state;
    if (data.state === 'up') {
      this.#ready = true;
      for (const task of this.#waiting.splice(0)) task();
    } else {
      // `none`: the broker that saw the kernel go went with it, and the worker's port leads nowhere as well.
      this.#ready = false;
      const message: PageToWorker = { type: 'slipway:kernel-gone' };
      navigator.serviceWorker?.controller?.postMessage(message);
    }
    this.#events.kernel?.(data.state);
  }
}
