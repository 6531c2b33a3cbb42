import { WebContainer } from '@webcontainer/api';
import { ControlClient } from './control-client.ts';
import type { DriverBindings, DriverJob, DriverResult, DriverStep } from './driver-protocol.ts';

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
const stderrTail = 16_000;
const pieceBytes = 512 * 1024;

window.runDriverJob = async (job) => {
  globalThis.WEBCONTAINER_API_IFRAME_URL = job.runtimeOrigin;
  const offered = ControlClient.offered(job.runtimeOrigin);
  const booting = WebContainer.boot({ workdirName: 'project', coep: 'require-corp' });
  let container: WebContainer;
  let control: ControlClient;
  try {
    control = await offered;
    container = await Promise.race([booting, control.bootFailure]);
  } catch (error) {
    return { outcome: 'boot-failed', message: error instanceof Error ? error.message : String(error) };
  }
  const snapshot = await fetch(job.snapshotPath);
  await container.mount(new Uint8Array(await snapshot.arrayBuffer()));
  for (const step of job.steps) {
    const failed = await runStep(control, step);
    if (failed) return failed;
  }
  if (!(await isFolder(container, job.outputFolder))) return { outcome: 'no-output', folder: job.outputFolder };
  await sendFolder(container, job.outputFolder, '');
  return { outcome: 'built' };
};

async function runStep(control: ControlClient, step: DriverStep): Promise<DriverResult | undefined> {
  await log('system', new TextEncoder().encode(`$ ${[step.command, ...step.args].join(' ')}\n`));
  const decoder = new TextDecoder();
  let stderr = '';
  // Each chunk is handed on before the next one is read: a flood waits in the container, not in this page.
  let sending = Promise.resolve();
  const { command, args, env, instead } = step;
  const { code, signal } = await control.run({ command, args, env }, (stream, chunk) => {
    if (stream === 'stderr') stderr = (stderr + decoder.decode(chunk, { stream: true })).slice(-stderrTail);
    sending = sending.then(() => log(stream, chunk));
  });
  await sending;
  if (code !== 0 && instead !== undefined && stderr.includes(instead.ofStderr)) {
    await log('system', new TextEncoder().encode(`"${[command, ...args].join(' ')}" refused the lockfile\n`));
    return await runStep(control, instead);
  }
  if (code === 0) return undefined;
  const words = [command, ...args].join(' ');
  await log('system', new TextEncoder().encode(`${words} ended with ${signal === null ? `exit code ${code}` : signal}\n`));
  return { outcome: 'exited', command: words, code, signal, stderr };
}

async function isFolder(container: WebContainer, path: string): Promise<boolean> {
  try {
    await container.fs.readdir(path);
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

async function sendFolder(container: WebContainer, folder: string, below: string): Promise<void> {
  for (const entry of await container.fs.readdir(`${folder}/${below}`, { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) await sendFolder(container, folder, path);
    // What is neither is a link; a site has no links, so it is read through.
    else await sendFile(path, await container.fs.readFile(`${folder}/${path}`));
  }
}

async function sendFile(path: string, bytes: Uint8Array): Promise<void> {
  for (let at = 0; ; at += pieceBytes) {
    const last = at + pieceBytes >= bytes.length;
    await window.slipwayFile(path, toBase64(bytes.subarray(at, at + pieceBytes)), last);
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
