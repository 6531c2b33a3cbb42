/** Starts the kernel worker, and connects previews to it through the broker. */
import type { KernelBoot } from '@slipway/container/host/container-host.ts';
import type { KernelToPage, PageToKernel } from '@slipway/container/host/kernel-worker.contract.ts';
import { kernelLockName, type ToBroker } from '@slipway/gateway/preview/preview-protocol.ts';

const START_MS = 30_000;

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
  const post = (message: PageToKernel, transfer: readonly Transferable[] = []): void => worker.postMessage(message, [...transfer]);
  const listening = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Cannot boot: the kernel did not start within ${START_MS / 1000} s`)), START_MS);
    worker.addEventListener('error', (event) => {
      clearTimeout(timer);
      const message = event.message === undefined || event.message === '' ? `"${url}" could not be loaded` : event.message;
      // After the start it is only told: the kernel itself decides what ends.
      warn('error', `The kernel reported an error: ${message}`);
      reject(new Error(`Cannot boot: ${message}`));
    });
    worker.addEventListener('message', ({ data }: MessageEvent<KernelToPage>) => {
      if (data.type === 'listening') {
        clearTimeout(timer);
        resolve();
      } else warn(data.level, data.message);
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
        servePreviews: () => void holdLock(boot, post, warn),
      };
    },
  };
}

/**
 * One tab serves a container's previews: the holder of the lock, for as long as
 * the page lives. A second tab waits for it and takes over when the first is gone.
 */
async function holdLock(boot: KernelBoot, post: (message: PageToKernel, transfer: readonly Transferable[]) => void, warn: Warn): Promise<void> {
  try {
    await navigator.locks.request(kernelLockName(boot.containerId), () => {
      registerWithBroker(boot, post, warn);
      // Held until the page goes: that is what tells everybody that the kernel has gone.
      return new Promise<never>(() => undefined);
    });
  } catch (error) {
    // Embedded by another site some browsers give no storage, locks or workers of this kind.
    warn('warn', `Previews do not work here: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function registerWithBroker(boot: KernelBoot, post: (message: PageToKernel, transfer: readonly Transferable[]) => void, warn: Warn): void {
  const url = boot.assets['broker.worker'];
  if (url === undefined) throw new Error('the runtime was built without its broker');
  const broker = new SharedWorker(url, { type: 'module', name: `broker-${boot.containerId}` });
  broker.addEventListener('error', () => warn('warn', 'Previews do not work here: the browser refuses a shared worker'));
  const channel = new MessageChannel();
  post({ type: 'broker', port: channel.port1 }, [channel.port1]);
  const message: ToBroker = { type: 'kernel' };
  broker.port.start();
  broker.port.postMessage(message, [channel.port2]);
}
