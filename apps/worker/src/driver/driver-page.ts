import { type ControlClient, offeredControl } from '@slipway/embed';
import { WebContainer } from '@webcontainer/api';
import { listOutput } from './list-output.ts';
import type { DriverBindings, DriverJob, DriverResult, DriverStep, ModeChange } from './driver-protocol.ts';

/**
 * The page in the builder's browser. It embeds a container with the very client
 * that any page uses, and holds no credential: files come in and go out through
 * the worker's Node process.
 */
declare global {
  interface Window extends DriverBindings {
    runDriverJob(job: DriverJob): Promise<DriverResult>;
  }
  var WEBCONTAINER_API_IFRAME_URL: string;
}

/** How much of stderr an error summary may quote. */
const STDERR_TAIL = 16_000;
/** One binding's call: large enough to be few, small enough not to hold up the log. */
const PIECE_BYTES = 512 * 1024;

window.runDriverJob = async (job) => {
  globalThis.WEBCONTAINER_API_IFRAME_URL = job.runtimeOrigin;
  // Before `boot`: the port is offered while it boots, and once only.
  const offered = offeredControl(job.runtimeOrigin);
  const booting = WebContainer.boot({ workdirName: 'project', coep: 'require-corp' });
  let container: WebContainer;
  let control: ControlClient;
  try {
    control = await offered;
    container = await control.orBootFailure(booting);
  } catch (error) {
    return { outcome: 'boot-failed', message: error instanceof Error ? error.message : String(error) };
  }
  const snapshot = await fetch(job.snapshotPath);
  await container.mount(new Uint8Array(await snapshot.arrayBuffer()));
  for (const change of job.modes) await changeMode(control, change);
  for (const step of job.steps) {
    const failed = await runStep(control, step);
    if (failed) return failed;
  }
  return await sendOutput(container, control, job.output);
};

/** By the command, since the client has no call for it. */
async function changeMode(control: ControlClient, { mode, paths }: ModeChange): Promise<void> {
  const decoder = new TextDecoder();
  let said = '';
  const { code } = await control.run(
    { command: 'chmod', args: [mode, '--', ...paths] },
    {
      onOutput: (_stream, chunk) => void (said = (said + decoder.decode(chunk, { stream: true })).slice(-STDERR_TAIL)),
    },
  );
  if (code !== 0) throw new Error(`Cannot give files of the snapshot the mode ${mode}: ${said.trim()}`);
}

async function runStep(control: ControlClient, step: DriverStep): Promise<DriverResult | undefined> {
  await log('system', new TextEncoder().encode(`$ ${step.title}\n`));
  const decoder = new TextDecoder();
  let stderr = '';
  // Each chunk is handed on before the next one is read: a flood waits in the container, not in this page.
  let sending = Promise.resolve();
  const { command, args, env, instead } = step;
  const { code, signal } = await control.run(
    { command, args, env },
    {
      onOutput: (stream, chunk) => {
        if (stream === 'stderr') stderr = (stderr + decoder.decode(chunk, { stream: true })).slice(-STDERR_TAIL);
        sending = sending.then(() => log(stream, chunk));
        return sending;
      },
    },
  );
  await sending;
  // npm gives the same exit code for everything; only its text tells a lockfile it does not like.
  if (code !== 0 && instead !== undefined && stderr.includes(instead.ofStderr)) {
    await log('system', new TextEncoder().encode(`"${step.title}" refused the lockfile\n`));
    return await runStep(control, instead);
  }
  if (code === 0) return undefined;
  const words = step.title;
  await log(
    'system',
    new TextEncoder().encode(`${words} ended with ${signal === null ? `exit code ${code}` : signal}\n`),
  );
  return { outcome: 'exited', command: words, code, signal, stderr };
}

async function sendOutput(
  container: WebContainer,
  control: ControlClient,
  { root, folder }: DriverJob['output'],
): Promise<DriverResult> {
  const path = [root, folder].filter((part) => part !== '').join('/') || '.';
  const listed = await listOutput(control, path, { whole: folder === '' });
  switch (listed.outcome) {
    case 'no-output':
      return { ...listed, folder };
    case 'too-many-files':
      return listed;
    case 'listed':
      break;
  }
  if (listed.files.length === 0) return { outcome: 'empty-output', folder: folder || '.' };
  // Links were looked at: reading goes through those that stay inside.
  for (const file of listed.files) await sendFile(file, await container.fs.readFile(`${path}/${file}`));
  return { outcome: 'built', leftOut: listed.leftOut };
}

async function sendFile(path: string, bytes: Uint8Array): Promise<void> {
  for (let at = 0; ; at += PIECE_BYTES) {
    const last = at + PIECE_BYTES >= bytes.length;
    await window.slipwayFile(path, toBase64(bytes.subarray(at, at + PIECE_BYTES)), last);
    if (last) return;
  }
}

function log(stream: 'stdout' | 'stderr' | 'system', bytes: Uint8Array): Promise<void> {
  return window.slipwayLog(stream, toBase64(bytes));
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // In pieces, because each byte becomes an argument of the call.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
