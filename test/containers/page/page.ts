/** The page of `openContainer` in tests: the unmodified client, and the control port for plain output. */
import { controlOffer, type ControlMessage, type ControlRequest, type Inspection } from '@slipway/contracts';
import * as client from '@webcontainer/api';

export interface PageRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly limitMs: number;
}

export interface PageResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly ms: number;
}

declare global {
  // What `page.evaluate` in the tests reaches.
  // eslint-disable-next-line no-var
  var slipway: {
    client: typeof client;
    container: client.WebContainer;
    boot(origin: string): Promise<void>;
    mountFrom(url: string, at: string | undefined): Promise<void>;
    run(run: PageRun): Promise<PageResult>;
    inspect(check: boolean): Promise<Inspection>;
  };
}

let control: Promise<MessagePort> | undefined;

const receivers = new Map<number, (message: ControlMessage) => void>();
const byPid = new Map<number, (message: ControlMessage) => void>();
let lastRequest = 0;

globalThis.slipway = {
  client,
  container: undefined as unknown as client.WebContainer,
  async boot(origin) {
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
    control ??= awaitControl(origin);
    slipway.container = await client.WebContainer.boot({ workdirName: 'project' });
  },
  async mountFrom(url, at) {
    const bytes = await (await fetch(url)).arrayBuffer();
    await slipway.container.mount(bytes, at === undefined ? {} : { mountPoint: at });
  },
  async inspect(check) {
    const port = await mustHaveControl();
    const id = ++lastRequest;
    return await new Promise((resolve, reject) => {
      receivers.set(id, (message) => {
        receivers.delete(id);
        if (message.type === 'reply' && message.ok && message.inspection !== undefined) resolve(message.inspection);
        else reject(new Error(`Cannot inspect the container: ${message.type === 'reply' && !message.ok ? message.message : 'no inspection came'}`));
      });
      port.postMessage({ type: 'inspect', id, check } satisfies ControlRequest);
    });
  },
  async run(run) {
    const port = await mustHaveControl();
    const id = ++lastRequest;
    const began = performance.now();
    let stdout = '';
    let stderr = '';
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    return await new Promise((resolve, reject) => {
      let pid: number | undefined;
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        if (pid !== undefined) port.postMessage({ type: 'signal', id: ++lastRequest, pid, signal: 'SIGKILL', group: true } satisfies ControlRequest);
      }, run.limitMs);
      const receive = (message: ControlMessage): void => {
        if (message.type === 'output') {
          const text = decoders[message.stream].decode(message.chunk, { stream: true });
          if (message.stream === 'stdout') stdout += text;
          else stderr += text;
        } else if (message.type === 'exit') {
          clearTimeout(timer);
          byPid.delete(message.pid);
          resolve({ stdout, stderr, code: message.code, signal: message.signal, timedOut, ms: performance.now() - began });
        }
      };
      receivers.set(id, (message) => {
        receivers.delete(id);
        if (message.type !== 'reply') return;
        if (!message.ok) {
          clearTimeout(timer);
          reject(new Error(`${run.command}: ${message.code} ${message.message}`));
        } else if (message.pid !== undefined) {
          pid = message.pid;
          byPid.set(pid, receive);
          for (const early of earlyMessages.get(pid) ?? []) receive(early);
          earlyMessages.delete(pid);
        }
      });
      const { command, args, cwd, env, stdin } = run;
      port.postMessage({
        type: 'run', id, command, args: [...args], stdin: new TextEncoder().encode(stdin ?? ''),
        ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }),
      } satisfies ControlRequest);
    });
  },
};

/** Output may come before the reply that names the pid. */
const earlyMessages = new Map<number, ControlMessage[]>();

async function mustHaveControl(): Promise<MessagePort> {
  if (control === undefined) throw new Error('Cannot run: boot first');
  return await control;
}

function awaitControl(origin: string): Promise<MessagePort> {
  return new Promise((resolve) => {
    addEventListener('message', (event) => {
      const [port] = event.ports;
      if (event.origin !== origin || port === undefined || !controlOffer.safeParse(event.data).success) return;
      port.onmessage = ({ data }: MessageEvent<ControlMessage>) => {
        if (data.type === 'reply') receivers.get(data.id)?.(data);
        else if (data.type === 'output' || data.type === 'exit') {
          const receive = byPid.get(data.pid);
          if (receive !== undefined) receive(data);
          else earlyMessages.set(data.pid, [...(earlyMessages.get(data.pid) ?? []), data]);
        }
      };
      resolve(port);
    });
  });
}
