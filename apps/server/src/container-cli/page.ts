/** Runs in the page of `npm run container`: one container, one command. */
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
  const container = await WebContainer.boot({ workdirName: 'project' });
  if (job.mount) await container.mount(await (await fetch('/cli/mount')).arrayBuffer());
  const child = await container.spawn(job.command, [...job.args], { env: job.env, ...(job.terminal === null ? {} : { terminal: job.terminal }) });
  if (job.stdin) void feed(child.input);
  // One request at a time: the order is the program's, and a slow reader slows the program.
  await child.output.pipeTo(new WritableStream({ write: async (text) => void (await post('output', text)) }));
  const code = await child.exit;
  if (job.save) await post('save', new Blob([(await container.export('.', { format: 'binary', excludes: ['node_modules', 'node_modules/**', '**/node_modules/**'] })) as Uint8Array<ArrayBuffer>]));
  await post('exit', String(code));
}

async function feed(input: WritableStream<string>): Promise<void> {
  const body = (await fetch('/cli/stdin')).body;
  if (body === null) return;
  const writer = input.getWriter();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) await writer.write(chunk.value);
}

main().catch((error: unknown) => post('failure', error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)));
