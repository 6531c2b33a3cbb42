/**
 * The kernel worker's conversation with its page and, over the ports that the
 * page hands in, with everybody else. `open` is the only thing it does not know.
 */
import { previewOrigin } from '@slipway/wire';
import { PreviewGateway } from '@slipway/gateway';
import { BootProgress } from './boot-progress.ts';
import { ComlinkSession } from './comlink-endpoint.ts';
import type { ContainerHost, KernelBoot, OpenContainer } from './container-host.ts';
import { ControlServer, type KeepWish } from './control-server.ts';
import { ContainerInstance, type Instance } from './container-instance.ts';
import { PreviewPlace } from './preview-place.ts';
import type { KernelToPage, PageToKernel } from './kernel-worker.contract.ts';
import { createRoot } from './root-object.ts';

/** The global scope of the worker, as far as it is needed. */
export interface KernelScope {
  postMessage(message: KernelToPage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<PageToKernel>) => void): void;
}

/** Listens before it says `listening`: a page that hears it can lose no port. A second `boot` changes nothing. */
export function serveKernelWorker(scope: KernelScope, open: OpenContainer): void {
  let server: KernelServer | undefined;
  scope.addEventListener('message', ({ data }) => {
    if (data.type === 'boot') server ??= new KernelServer(data.boot, open, (message) => scope.postMessage(message));
    else if (server === undefined) throw new Error(`Cannot take "${data.type}": the kernel was not told to boot`);
    else server.take(data);
  });
  scope.postMessage({ type: 'listening' });
}

/**
 * What one page has of this worker: one boot, one set of previews, and any number of control ports over all
 * containers that are built after each other.
 */
class KernelServer {
  readonly #boot: KernelBoot;
  readonly #open: OpenContainer;
  readonly #progress = new BootProgress();
  readonly #previews: PreviewGateway;
  readonly #controls: ControlServer[] = [];
  readonly #place: PreviewPlace;
  readonly #tell: (message: KernelToPage) => void;
  readonly #wish: KeepWish = { keep: false };
  #host: ContainerHost | undefined;

  constructor(boot: KernelBoot, open: OpenContainer, tell: (message: KernelToPage) => void) {
    this.#boot = boot;
    this.#open = open;
    this.#tell = tell;
    this.#place = new PreviewPlace(() => tell({ type: 'take-previews' }));
    this.#previews = new PreviewGateway({ previewUrl: (port) => this.#previewUrl(port), coep: boot.coep });
  }

  /** Ports of the page: the client's Comlink, a control port, the preview broker; or where the previews are now. */
  take(message: Exclude<PageToKernel, { type: 'boot' }>): void {
    switch (message.type) {
      case 'client':
        new ComlinkSession().serve(
          createRoot((options) => this.#build(options.workdirName, options.forwardPreviewErrors ?? false)),
          message.port,
        );
        return;
      case 'control': {
        const control = new ControlServer(message.port, this.#progress, {
          previewUrl: (port) => this.#previewUrl(port),
          place: this.#place,
          wish: this.#wish,
        });
        if (this.#host !== undefined) control.attach(this.#host);
        this.#controls.push(control);
        return;
      }
      case 'broker': {
        message.port.addEventListener('message', (event) => {
          const [port] = event.ports;
          if (port !== undefined) this.#previews.accept(event.data, port);
        });
        message.port.start();
        return;
      }
      case 'previews':
        this.#place.set(message.state);
    }
  }

  /** Without a trailing slash, as the client's `server-ready` has it. */
  #previewUrl(port: number): string {
    return previewOrigin(this.#boot.config, port, this.#boot.containerId);
  }

  /**
   * One container for one `boot()` of the client. A failure is told to control ports as well, which have no
   * promise.
   */
  async #build(workdirName: string | undefined, forwardErrors: boolean | 'exceptions-only'): Promise<Instance> {
    this.#progress.restart();
    try {
      const host = await this.#open(this.#boot, {
        workdirName,
        keep: this.#wish.keep ? { onKeeping: (memory) => this.#tell({ type: 'keeping', memory }) } : undefined,
        progress: (phase, fraction) => this.#progress.advance(phase, { fraction }),
      });
      const instance = new ContainerInstance(host, this.#previews, () => this.#detach(host));
      this.#attach(host, forwardErrors);
      this.#progress.advance('ready');
      return instance;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#progress.advance('failed', { message });
      throw error;
    }
  }

  /** Previews and control ports belong to the page; they now speak of this container. */
  #attach(host: ContainerHost, forwardErrors: boolean | 'exceptions-only'): void {
    this.#host = host;
    this.#previews.attach((port) => host.connect(port));
    this.#previews.setForwardErrors(forwardErrors);
    host.subscribe((event) => {
      if (event.type !== 'port') return;
      if (event.action === 'open') this.#previews.portOpened(event.port);
      else this.#previews.portClosed(event.port);
    });
    for (const control of this.#controls) control.attach(host);
  }

  /** Nothing where another container has already come in its place. */
  #detach(host: ContainerHost): void {
    if (this.#host !== host) return;
    this.#host = undefined;
    this.#previews.detach();
    for (const control of this.#controls) control.detach();
  }
}
