/** Runs in the page of `slipway container`: one container, one command. */
import { type ControlClient, ControlError, offeredControl } from '@slipway/embed';
import { exitCodeOfSignal } from '@slipway/posix';
import { WebContainer } from '@webcontainer/api';

interface Job {
  readonly runtimeOrigin: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly mount: boolean;
  readonly save: boolean;
  readonly stdin: boolean;
  /** `null` where stdout is no terminal: then the command gets none either. */
  readonly terminal: { cols: number; rows: number } | null;
}

/** What a shell gives for a command that could not be started (XCU 2.8.2). */
const NOT_STARTED: Readonly<Record<string, number>> = { ENOENT: 127, EACCES: 126 };

/** Installed again from the lockfile in no time, and larger than all the rest. */
const NOT_SAVED = ['node_modules', 'node_modules/**', '**/node_modules/**'];

/** Asks this page's own host; what it could not do is in the text of its answer. */
async function ask(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(`/cli/${path}`, init);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

const post = (path: string, body: BodyInit): Promise<Response> => ask(path, { method: 'POST', body });

/**
 * Whatever it throws is told to the command as a failure; the exit code is posted last, because the browser
 * is closed on it.
 */
async function main(): Promise<void> {
  const job = (await (await ask('job')).json()) as Job;
  // Where the client looks for its runtime; it must be there before `boot`.
  Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: job.runtimeOrigin });
  // Before `boot`: the control port is offered while it boots, and once only.
  const offered = offeredControl(job.runtimeOrigin);
  const booting = WebContainer.boot({ workdirName: 'project' });
  const control = await offered;
  const container = await control.orBootFailure(booting);
  if (job.mount) await container.mount(await (await ask('mount')).arrayBuffer());
  const code = job.terminal === null ? await runPlain(control, job) : await runInTerminal(container, job, job.terminal);
  if (job.save) {
    const tree = await container.export('.', { format: 'binary', excludes: NOT_SAVED });
    await post('save', new Blob([tree as Uint8Array<ArrayBuffer>]));
  }
  await post('exit', String(code));
}

/** As under a terminal: through the client alone. */
async function runInTerminal(
  container: WebContainer,
  job: Job,
  terminal: { cols: number; rows: number },
): Promise<number> {
  const child = await container.spawn(job.command, [...job.args], { env: job.env, terminal });
  // Nobody waits for the input: the command may end without having read it.
  if (job.stdin) void feed(child.input);
  // One request at a time: the order is the program's, and a slow reader slows the program.
  await child.output.pipeTo(new WritableStream({ write: async (text) => void (await post('stdout', text)) }));
  return await child.exit;
}

/** As in a pipeline: no terminal, stdout and stderr apart. The client has no words for it, the control port has. */
async function runPlain(control: ControlClient, { command, args, env, stdin }: Job): Promise<number> {
  // All of it first: a command without a terminal gets its input in one piece.
  const input = stdin ? new Uint8Array(await (await ask('stdin')).arrayBuffer()) : new Uint8Array(0);
  /** One after the other, so that the order of the output is the command's. */
  let deliveries: Promise<unknown> = Promise.resolve();
  try {
    const { code, signal } = await control.run(
      { command, args: [...args], env, stdin: input },
      { onOutput: (stream, chunk) => (deliveries = deliveries.then(() => post(stream, new Blob([chunk])))) },
    );
    await deliveries;
    return code ?? exitCodeOfSignal(signal ?? '');
  } catch (error) {
    const code = error instanceof ControlError ? NOT_STARTED[error.code] : undefined;
    if (code === undefined || !(error instanceof ControlError)) throw error;
    await post('stderr', `container: ${error.reason}\n`);
    return code;
  }
}

/** A character that falls on the border of two pieces is put together by the stream decoder. */
async function feed(input: WritableStream<string>): Promise<void> {
  const body = (await ask('stdin')).body;
  if (body === null) return;
  const writer = input.getWriter();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) await writer.write(chunk.value);
}

// The page has no exit code: the failure is told, and the command that waits for it ends.
main().catch((error: unknown) => post('failure', error instanceof Error ? error.message : String(error)));
