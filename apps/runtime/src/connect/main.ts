/**
 * `/connect`: the hidden iframe of a preview page on the container's runtime
 * origin. It passes ports on to the broker and says whether a kernel is there.
 */
import {
  parsePurpose,
  kernelLockName,
  type FromBroker,
  type KernelNotice,
  type ToBroker,
} from '@slipway/gateway/preview';
import { loadHosts } from '../load-hosts.ts';
import { matchOrigin, matchPreview } from '../origin-pattern.ts';

/** Where the client's `setupConnect()` puts an iframe, in a popup of the embedder. */
const POPUP_PATH = '/webcontainer/connect/';

async function connect(): Promise<void> {
  const previewOrigin = location.ancestorOrigins?.[0];
  if (parent === window || previewOrigin === undefined) return;
  if (location.pathname.startsWith(POPUP_PATH)) {
    // Previews connect by themselves, in a tab of their own too: the popup has nothing to do.
    parent.postMessage('close', previewOrigin);
    return;
  }
  const patterns = await loadHosts();
  const preview = matchPreview(patterns.preview, previewOrigin);
  const containerId = matchOrigin(patterns.runtime, location.origin)?.['container'];
  // A preview reaches its own container and its own port, whatever it asks for.
  if (preview === undefined || containerId === undefined || preview.id !== containerId)
    throw new Error(`Cannot connect "${previewOrigin}": it is no preview of "${location.origin}"`);

  const say = (state: KernelNotice['state']): void => {
    const notice: KernelNotice = { type: 'slipway:kernel', state };
    parent.postMessage(notice, previewOrigin);
  };
  const url = SLIPWAY_ASSETS['broker.worker'];
  if (url === undefined) throw new Error('Cannot connect: the runtime was built without its broker');
  const broker = reachBroker(new URL(url, location.origin), containerId, () => say('denied'));
  if (broker === undefined) return;

  let watching = false;
  // The broker watches the lock too, but it may be gone together with the tab that started it.
  const watchLock = async (): Promise<void> => {
    if (watching) return;
    watching = true;
    try {
      await navigator.locks.request(kernelLockName(containerId), { mode: 'shared' }, () => undefined);
    } catch (error) {
      // Nobody would tell when the kernel goes, and requests would wait for ever: then there is none.
      console.warn(`Cannot watch the kernel: ${String(error)}`);
    }
    watching = false;
    say('gone');
  };
  broker.port.addEventListener('message', ({ data }: MessageEvent<FromBroker>) => {
    if (data.type !== 'state') return;
    say(data.state);
    if (data.state === 'up') watchLock().catch(report);
  });
  broker.port.start();

  addEventListener('message', (event: MessageEvent<unknown>) => {
    const [port] = event.ports;
    if (event.origin !== previewOrigin || event.source !== parent || port === undefined) return;
    const data = event.data as { type?: unknown; purpose?: unknown } | null;
    const purpose = data?.type === 'slipway:open' ? parsePurpose(data.purpose) : undefined;
    if (purpose === undefined) return;
    const message: ToBroker = { type: 'open', preview: { type: 'preview', port: preview.port, purpose } };
    broker.port.postMessage(message, [port]);
  });
}

/** Where storage is denied, so is the broker: an event says so in Chromium, an exception in Firefox. */
function reachBroker(url: URL, containerId: string, denied: () => void): SharedWorker | undefined {
  try {
    const broker = new SharedWorker(url, { type: 'module', name: `broker-${containerId}` });
    broker.addEventListener('error', denied);
    return broker;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    denied();
    return undefined;
  }
}

function report(error: unknown): void {
  console.error(`Slipway: ${error instanceof Error ? error.message : String(error)}`);
}

connect().catch(report);
