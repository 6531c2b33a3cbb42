/** The page of `openContainer` in tests: the unmodified client, and the control port for plain output. */
import { type ControlClient, offeredControl } from '@slipway/embed';
import type { Inspection, KeptState } from '@slipway/wire';
import * as client from '@webcontainer/api';

/** A command without a terminal. */
export interface PageRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to what the container has. */
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  /** After this many milliseconds its process group gets a SIGKILL. */
  readonly limitMs: number;
}

/** How it ended. `ms` counts from the request to the last byte of output. */
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
    /** `keep`: the home folder outlives the page. */
    boot(origin: string, keep?: boolean): Promise<void>;
    /** What becomes of the home folder, as it is told now. */
    kept(): Promise<KeptState>;
    mountFrom(url: string, at: string | undefined): Promise<void>;
    run(run: PageRun): Promise<PageResult>;
    /** Starts a command that goes on, and says its pid. */
    start(run: Omit<PageRun, 'limitMs'>): Promise<number>;
    /** What a started command has printed so far. */
    printed(pid: number): string;
    /** Kills its process group. */
    stop(pid: number): Promise<void>;
    /** Where the page of a port is, as soon as somebody listens there. */
    preview(port: number): Promise<string>;
    inspect(check: boolean): Promise<Inspection>;
    control(): Promise<ControlClient>;
  };
}

let control: Promise<ControlClient> | undefined;

const started = new Map<number, { text: string; end: Promise<unknown> }>();

globalThis.slipway = {
  client,
  container: undefined as unknown as client.WebContainer,
  async boot(origin, keep = false) {
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
    control ??= offeredControl(origin);
    const asked = keep ? control.then((offered) => offered.keep()) : undefined;
    slipway.container = await client.WebContainer.boot({ workdirName: 'project' });
    await asked;
  },
  async mountFrom(url, at) {
    const bytes = await (await fetch(url)).arrayBuffer();
    await slipway.container.mount(bytes, at === undefined ? {} : { mountPoint: at });
  },
  async kept() {
    const port = await mustHaveControl();
    return await new Promise<KeptState>((resolve) => {
      const stop = port.on('persistence', ({ type: _type, ...state }) => {
        resolve(state);
        queueMicrotask(() => stop());
      });
    });
  },
  async inspect(check) {
    return await (await mustHaveControl()).inspect({ check });
  },
  control: mustHaveControl,
  async start({ stdin, args, ...request }) {
    const port = await mustHaveControl();
    const decoder = new TextDecoder();
    const state = { text: '', end: Promise.resolve() as Promise<unknown> };
    return await new Promise<number>((resolve, reject) => {
      const input = new TextEncoder().encode(stdin ?? '');
      state.end = port
        .run(
          { ...request, args: [...args], stdin: input },
          {
            onStart(pid) {
              started.set(pid, state);
              resolve(pid);
            },
            onOutput: (_stream, chunk) => (state.text += decoder.decode(chunk, { stream: true })),
          },
        )
        .catch(reject);
    });
  },
  printed: (pid) => started.get(pid)?.text ?? '',
  async stop(pid) {
    const port = await mustHaveControl();
    // Refused when it has just ended by itself.
    await port.signal(pid, 'SIGKILL', { group: true }).catch(() => undefined);
    await started.get(pid)?.end;
  },
  async preview(number) {
    const port = await mustHaveControl();
    return await new Promise<string>((resolve) => {
      const stop = port.on('ports', ({ ports }) => {
        const found = ports.find((open) => open.port === number);
        if (found === undefined) return;
        resolve(found.url);
        queueMicrotask(() => stop());
      });
    });
  },
  async run({ limitMs, stdin, args, ...request }) {
    const port = await mustHaveControl();
    const began = performance.now();
    const printed = { stdout: '', stderr: '' };
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    let timedOut = false;
    let pid: number | undefined;
    const timer = setTimeout(() => {
      timedOut = true;
      // Refused when the program has just ended by itself; its end is what is waited for.
      if (pid !== undefined) port.signal(pid, 'SIGKILL', { group: true }).catch(() => undefined);
    }, limitMs);
    try {
      const end = await port.run(
        { ...request, args: [...args], stdin: new TextEncoder().encode(stdin ?? '') },
        {
          onStart: (started) => (pid = started),
          onOutput: (stream, chunk) => (printed[stream] += decoders[stream].decode(chunk, { stream: true })),
        },
      );
      return { ...printed, ...end, timedOut, ms: performance.now() - began };
    } finally {
      clearTimeout(timer);
    }
  },
};

async function mustHaveControl(): Promise<ControlClient> {
  if (control === undefined) throw new Error('Cannot run: boot first');
  return await control;
}
