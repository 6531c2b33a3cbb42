import { controlEvent, controlOffer, runtimeOrigin, type BootPhase, type Project } from '@slipway/contracts';
import { configureAPIKey, WebContainer } from '@webcontainer/api';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import type { ContainerState } from './container-state.ts';

export interface ProjectContainer {
  readonly state: Accessor<ContainerState>;
  /** Set while the state is `ready`. */
  readonly container: Accessor<WebContainer | undefined>;
}

/** Nothing in the client's protocol ends a boot that hangs: this does. */
const BOOT_LIMIT_MS = 30_000;
const WORKDIR = 'project';

/** Boots the project's container and mounts its newest snapshot. */
export function createContainer(api: Api, project: Project): ProjectContainer {
  const [state, setState] = createSignal<ContainerState>({ name: 'booting', phase: 'assets' });
  const [container, setContainer] = createSignal<WebContainer>();
  let gone = false;

  const open = async (): Promise<void> => {
    const [config, { capability }] = await Promise.all([api.config(), api.capability(project.id)]);
    const origin = runtimeOrigin(config, project.containerId);
    // The client keeps its first frame for the life of the page. In it another project would run on this one's origin.
    if ('WEBCONTAINER_API_IFRAME_URL' in globalThis) return location.reload();
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
    configureAPIKey(capability);
    const stopListening = followBoot(origin, (phase, message) => {
      if (state().name === 'booting') setState(phase === 'failed' ? { name: 'failed', message: message ?? 'The runtime could not start' } : { name: 'booting', phase });
    });
    const boot = WebContainer.boot({ workdirName: WORKDIR, coep: 'require-corp', forwardPreviewErrors: true });
    const [booted, files] = await Promise.all([withLimit(boot, BOOT_LIMIT_MS), api.latestMount(project.id)]);
    stopListening();
    if (gone) return booted.teardown();
    booted.on('error', ({ message }) => setState({ name: 'failed', message }));
    setState({ name: 'booting', phase: 'files' });
    await booted.mount(files);
    setContainer(() => booted);
    setState({ name: 'ready' });
  };

  open().catch((error: unknown) => setState({ name: 'failed', message: messageOf(error) }));
  onCleanup(() => {
    gone = true;
    container()?.teardown();
  });
  return { state, container };
}

/** Listens for `/headless`'s control port and its boot phases. */
function followBoot(origin: string, onPhase: (phase: BootPhase, message: string | undefined) => void): () => void {
  let control: MessagePort | undefined;
  const receive = (event: MessageEvent): void => {
    const [port] = event.ports;
    if (event.origin !== origin || port === undefined || !controlOffer.safeParse(event.data).success) return;
    control = port;
    port.onmessage = ({ data }) => {
      const parsed = controlEvent.safeParse(data);
      if (parsed.success && parsed.data.type === 'boot') onPhase(parsed.data.phase, parsed.data.message);
    };
  };
  addEventListener('message', receive);
  return () => {
    removeEventListener('message', receive);
    control?.close();
  };
}

function withLimit<T>(promise: Promise<T>, ms: number): Promise<T> {
  return Promise.race([
    promise,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`The container did not start within ${ms / 1000} s. Reload the page to try again`)), ms)),
  ]);
}
