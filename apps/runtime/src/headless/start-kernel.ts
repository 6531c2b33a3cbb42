/** Starts the kernel worker, and connects previews to it through the broker. */
import { closeKept, type KernelBoot, type KernelToPage, type PageToKernel } from '@slipway/container';
import { kernelLockName, type ToBroker } from '@slipway/gateway/preview';
import { whatToAllow } from '../what-to-allow.ts';

const START_MS = 30_000;

/** What the page can still do once the kernel runs: all else is between the kernel and its ports. */
export interface RunningKernel {
  /** Hands a port over; it belongs to the worker afterwards. */
  give(message: Extract<PageToKernel, { port: MessagePort }>): void;
  /** From when this page holds the container's lock, previews come to this kernel. */
  servePreviews(): void;
}

type Warn = (level: 'warn' | 'error', message: string) => void;

/** A worker whose script is loading. Nothing runs in it before it is told what to boot. */
export interface KernelStart {
  /** Resolves when the worker runs; rejects when it cannot. */
  boot(boot: KernelBoot): Promise<RunningKernel>;
}

/** Begins to load the kernel: while it does, there is time to find out whether it may boot. */
export function startKernel(url: string | undefined, warn: Warn): KernelStart {
  if (url === undefined) throw new Error('Cannot boot: the runtime was built without its kernel');
  const worker = new Worker(url, { type: 'module', name: 'kernel' });
  let hold: PreviewHold | undefined;
  const post = (message: PageToKernel, transfer: readonly Transferable[] = []): void =>
    worker.postMessage(message, [...transfer]);
  const listening = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Cannot boot: the kernel did not start within ${START_MS / 1000} s`)),
      START_MS,
    );
    worker.addEventListener('error', (event) => {
      clearTimeout(timer);
      const message =
        event.message === undefined || event.message === '' ? `"${url}" could not be loaded` : event.message;
      // After the start it is only told: the kernel itself decides what ends.
      warn('error', `The kernel reported an error: ${message}`);
      reject(new Error(`Cannot boot: ${message}`));
    });
    worker.addEventListener('message', ({ data }: MessageEvent<KernelToPage>) => {
      if (data.type === 'listening') {
        clearTimeout(timer);
        resolve();
      } else if (data.type === 'take-previews') hold?.take();
      else if (data.type === 'keeping') addEventListener('pagehide', () => closeKept(data.memory));
      else warn(data.level, data.message);
    });
  });
  // Whoever boots it hears of a failure; until then nobody listens.
  listening.catch(() => undefined);
  return {
    async boot(boot) {
      await listening;
      post({ type: 'boot', boot });
      return {
        give: (message) => post(message, [message.port]),
        servePreviews() {
          hold = new PreviewHold(
            kernelLockName(boot.containerId),
            () => registerWithBroker(boot, post, warn),
            (state) => post({ type: 'previews', state }),
            warn,
          );
          hold.start();
        },
      };
    },
  };
}

/**
 * One tab serves a container's previews: the holder of the lock. A second one
 * waits for it, and has it when the first is gone, or at once when it takes it.
 *
 *   queued ──granted──▶ holding ──taken by another tab──▶ queued
 *      └────take────────▶┘
 */
class PreviewHold {
  readonly #name: string;
  readonly #serve: () => void;
  readonly #tell: (state: 'here' | 'elsewhere') => void;
  readonly #warn: Warn;
  #queued: AbortController | undefined;
  #holding = false;

  constructor(name: string, serve: () => void, tell: (state: 'here' | 'elsewhere') => void, warn: Warn) {
    this.#name = name;
    this.#serve = serve;
    this.#tell = tell;
    this.#warn = warn;
  }

  /** Previews are extra: a container runs without them. */
  start(): void {
    this.#wait().catch((error: unknown) => this.#warn('warn', `Previews do not work here: ${String(error)}`));
  }

  async #wait(): Promise<void> {
    const isFree = (await this.#request({ ifAvailable: true })) !== 'busy';
    if (isFree || this.#holding) return;
    this.#tell('elsewhere');
    this.#queued = new AbortController();
    await this.#request({ signal: this.#queued.signal });
  }

  take(): void {
    if (this.#holding) return;
    this.#queued?.abort();
    this.#request({ steal: true }).catch((error: unknown) =>
      this.#warn('warn', `Cannot take the previews: ${String(error)}`),
    );
  }

  /** Settles when the lock is lost, or was not to be had. */
  async #request(options: LockOptions): Promise<'busy' | 'over'> {
    try {
      return await navigator.locks.request(this.#name, options, (lock) => {
        if (lock === null) return 'busy' as const;
        this.#queued = undefined;
        this.#holding = true;
        this.#serve();
        this.#tell('here');
        // Held until the page goes: that is what tells everybody that the kernel has gone.
        return new Promise<never>(() => undefined);
      });
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'AbortError') {
        // Embedded by another site some browsers give no storage, locks or workers of this kind.
        const denied = error instanceof DOMException && error.name === 'SecurityError';
        const said = error instanceof Error ? error.message : String(error);
        const cause = denied ? `the browser denies this page storage. ${whatToAllow(location.host)}` : said;
        this.#warn('warn', `Previews do not work here: ${cause}`);
      } else if (this.#holding) {
        this.#holding = false;
        this.#tell('elsewhere');
        this.start();
      }
      // Else it was queued and is given up for taking.
      return 'over';
    }
  }
}

function registerWithBroker(
  boot: KernelBoot,
  post: (message: PageToKernel, transfer: readonly Transferable[]) => void,
  warn: Warn,
): void {
  const url = boot.assets['broker.worker'];
  if (url === undefined) throw new Error('the runtime was built without its broker');
  const broker = new SharedWorker(url, { type: 'module', name: `broker-${boot.containerId}` });
  broker.addEventListener('error', () =>
    warn('warn', 'Previews do not work here: the browser refuses a shared worker'),
  );
  const channel = new MessageChannel();
  post({ type: 'broker', port: channel.port1 }, [channel.port1]);
  const message: ToBroker = { type: 'kernel' };
  broker.port.start();
  broker.port.postMessage(message, [channel.port2]);
}
