/** Runs in the page of `npm run container`: one container, one command. */
import { controlOffer, type ControlMessage, type ControlRequest } from '@slipway/contracts';
import { WebContainer } from '@webcontainer/api';

interface Job {
  readonly runtimeOrigin: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly mount: boolean;
  readonly save: boolean;
  readonly stdin: boolean;
  readonly terminal: { cols: number; rows: number } | null;
}

const post = (path: string, body: BodyInit): Promise<Response> => fetch(`/cli/${path}`, { method: 'POST', body });

async function main(): Promise<void> {
  const job = (await (await fetch('/cli/job')).json()) as Job;
  Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: job.runtimeOrigin });
  const control = awaitControl(job.runtimeOrigin);
  const container = await WebContainer.boot({ workdirName: 'project' });
  if (job.mount) await container.mount(await (await fetch('/cli/mount')).arrayBuffer());
  const code = job.terminal === null ? await runPlain(await control, job) : await runInTerminal(container, job, job.terminal);
  if (job.save) await post('save', new Blob([(await container.export('.', { format: 'binary', excludes: ['node_modules', 'node_modules/**', '**/node_modules/**'] })) as Uint8Array<ArrayBuffer>]));
  await post('exit', String(code));
}

/** As under a terminal: through the client alone. */
async function runInTerminal(container: WebContainer, job: Job, terminal: { cols: number; rows: number }): Promise<number> {
  const child = await container.spawn(job.command, [...job.args], { env: job.env, terminal });
  if (job.stdin) void feed(child.input);
  // One request at a time: the order is the program's, and a slow reader slows the program.
  await child.output.pipeTo(new WritableStream({ write: async (text) => void (await post('stdout', text)) }));
  return await child.exit;
}

/** As in a pipeline: no terminal, stdout and stderr apart. The client has no words for it, the control port has. */
async function runPlain(control: MessagePort, job: Job): Promise<number> {
  const stdin = job.stdin ? new Uint8Array(await (await fetch('/cli/stdin')).arrayBuffer()) : new Uint8Array(0);
  return await new Promise((resolve, reject) => {
    let deliveries: Promise<unknown> = Promise.resolve();
    control.onmessage = ({ data }: MessageEvent<ControlMessage>) => {
      if (data.type === 'output') deliveries = deliveries.then(() => post(data.stream, new Blob([data.chunk as Uint8Array<ArrayBuffer>])));
      else if (data.type === 'exit') void deliveries.then(() => resolve(data.code ?? SIGNAL_BASE + (SIGNALS[data.signal ?? ''] ?? 0)));
      else if (data.type === 'reply' && !data.ok) {
        const code = NOT_STARTED[data.code];
        if (code === undefined) reject(new Error(`${job.command}: ${data.message}`));
        else post('stderr', `container: ${data.message}\n`).then(() => resolve(code), reject);
      }
    };
    control.postMessage({ type: 'run', id: 1, command: job.command, args: [...job.args], env: job.env, stdin } satisfies ControlRequest);
  });
}

/** Exit codes of a shell for a child that a signal ended. */
const SIGNAL_BASE = 128;
const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/** And for a command that could not be started. */
const NOT_STARTED: Readonly<Record<string, number>> = { ENOENT: 127, EACCES: 126 };

/** `/headless` offers its control port as soon as it is loaded. */
function awaitControl(origin: string): Promise<MessagePort> {
  return new Promise((resolve) => {
    addEventListener('message', (event) => {
      const [port] = event.ports;
      if (event.origin === origin && port !== undefined && controlOffer.safeParse(event.data).success) resolve(port);
    });
  });
}

async function feed(input: WritableStream<string>): Promise<void> {
  const body = (await fetch('/cli/stdin')).body;
  if (body === null) return;
  const writer = input.getWriter();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) await writer.write(chunk.value);
}

main().catch((error: unknown) => post('failure', error instanceof Error ? error.message : String(error)));
