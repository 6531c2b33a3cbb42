/** The test page: a kernel, a file system and Node processes, nothing else. */
import { Kernel, putEngineAnswer, type ByteStream } from '@slipway/kernel';
import { AsyncVfsClient, createVfsMemory, SLOT_COUNT, type ImportEntry } from '@slipway/vfs';

export interface PageRun {
  /** Absolute path -> text, or bytes in base64 behind `base64:`. */
  readonly files: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly limitMs: number;
}

export interface PageResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

const NODE_PATH = '/usr/local/bin/node';
const encoder = new TextEncoder();

async function boot(): Promise<{ kernel: Kernel; fs: AsyncVfsClient }> {
  const shared = async (url: string): Promise<SharedArrayBuffer> => {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const memory = new SharedArrayBuffer(bytes.length);
    new Uint8Array(memory).set(bytes);
    return memory;
  };
  const disk = new URLSearchParams(location.search).get('disk');
  const memory = createVfsMemory(disk === null ? {} : { maxBytes: Number(disk) });
  const writer = new Worker('/vfs-writer.worker.js', { type: 'module' });
  await new Promise<void>((resolve, reject) => {
    writer.onmessage = () => resolve();
    writer.onerror = (event) => reject(new Error(event.message));
    writer.postMessage({ memory });
  });
  const fs = new AsyncVfsClient(memory, 0);
  const kernel = new Kernel({
    fs,
    vfsMemory: memory,
    slots: SLOT_COUNT,
    assets: { lazy: await shared('/lazy.bin') },
    spares: { node: 1, shell: 0, thread: 0 },
    createWorker: () => startWorker(),
    releaseSlot: (slot) => fs.releaseSlot(slot),
    nowMs: () => Date.now(),
    delay: (ms, task) => void setTimeout(task, ms),
    outbound: () => false,
    engineWork: ({ kind, input, page }) =>
      void crypto.subtle.digest(kind, input).then((digest) => putEngineAnswer(page, new Uint8Array(digest))),
    emit: (event) => {
      if (event.type === 'error') console.error(event.message);
    },
  });
  const folders = ['/bin', '/dev', '/etc', '/home', '/tmp', '/usr', '/usr/local', '/usr/local/bin', '/proc'];
  await fs.importEntries('/', [
    ...folders.map((path): ImportEntry => ({ type: 'directory', path })),
    { type: 'file', path: NODE_PATH, bytes: encoder.encode('#!slipway:node\n'), mode: 0o755 },
  ]);
  return { kernel, fs };
}

function startWorker() {
  const worker = new Worker('/process.worker.js', { type: 'module' });
  return {
    post: (message: unknown, transfer: readonly unknown[] = []) =>
      worker.postMessage(message, transfer as Transferable[]),
    onMessage: (receiver: (message: unknown, ports: readonly unknown[]) => void) => {
      worker.onmessage = (event: MessageEvent) => receiver(event.data, event.ports);
    },
    onError: (receiver: (message: string) => void) => {
      worker.onerror = (event) => {
        console.error(`worker: ${event.message} (${event.filename}:${event.lineno}:${event.colno})`);
        receiver(event.message);
      };
    },
    terminate: () => worker.terminate(),
  };
}

const booted = boot();

async function collect(stream: ByteStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
    text += decoder.decode(bytes, { stream: true });
  stream.close();
  return text + decoder.decode();
}

async function run(request: PageRun): Promise<PageResult> {
  const { kernel, fs } = await booted;
  const folders = new Set<string>([request.cwd]);
  for (const path of Object.keys(request.files)) folders.add(path.slice(0, path.lastIndexOf('/')));
  for (const folder of folders) await fs.mkdirAll(folder, 0o755);
  for (const [path, text] of Object.entries(request.files)) {
    const bytes = text.startsWith('base64:')
      ? Uint8Array.from(atob(text.slice(7)), (char) => char.charCodeAt(0))
      : encoder.encode(text);
    const errno = await fs.writeFile(path, bytes, 0o644);
    if (errno < 0) throw new Error(`Cannot write "${path}": errno ${errno}`);
  }
  const input = kernel.openPipe('to-process');
  const stdout = kernel.openPipe('from-process');
  const stderr = kernel.openPipe('from-process');
  const started = kernel.start({
    file: NODE_PATH,
    argv: ['node', ...request.argv],
    env: request.env,
    cwd: request.cwd,
    descriptors: [input.end, stdout.end, stderr.end],
    group: 'new-session',
    reap: 'message',
  });
  for (const pipe of [input, stdout, stderr]) pipe.release();
  if (typeof started === 'number') throw new Error(`Cannot start Node: errno ${started}`);
  const output = Promise.all([collect(stdout.stream), collect(stderr.stream)]);
  await input.stream.write(encoder.encode(request.stdin));
  input.stream.close();
  const timer = setTimeout(() => kernel.kill(started.pid, 'SIGKILL'), request.limitMs);
  const status = await started.exit;
  clearTimeout(timer);
  const [out, err] = await output;
  return { stdout: out, stderr: err, code: status.code, signal: status.signal };
}

Object.assign(globalThis, { slipwayNode: { run } });
