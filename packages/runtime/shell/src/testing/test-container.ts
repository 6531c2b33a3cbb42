/** A container for tests: the real kernel and file system, workers by worker_threads. */
import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type ByteStream, Kernel, type KernelEvent, refuseEngineWork, type Terminal } from '@slipway/kernel';
import { AsyncVfsClient, createVfsMemory, type ImportEntry, SLOT_COUNT } from '@slipway/vfs';
import { appletNames, shellNames } from '../applets/applet-names.ts';
import { WorkerStock } from './worker-stock.ts';

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
}

export interface TerminalSession {
  readonly pid: number;
  readonly terminal: Terminal;
  readonly exit: Promise<unknown>;
  text(): string;
  type(text: string): void;
  /** Resolves when `pattern` appears after `from`; rejects when the process ends before. */
  until(pattern: string | RegExp, from?: number): Promise<number>;
}

const bundle = (entry: URL): string =>
  buildSync({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    write: false,
  }).outputFiles[0]!.text;

/** In UTC and without a locale, so that outputs are the same on every machine. */
const ENVIRONMENT = { HOME: '/home', PATH: '/usr/local/bin:/usr/bin:/bin', PWD: '/work', LANG: 'C.UTF-8', TZ: 'UTC' };

export class TestContainer {
  readonly kernel: Kernel;
  readonly fs: AsyncVfsClient;
  readonly events: KernelEvent[] = [];
  readonly #writer: Worker;
  readonly #stock: WorkerStock;

  private constructor(kernel: Kernel, fs: AsyncVfsClient, events: KernelEvent[], writer: Worker, stock: WorkerStock) {
    this.kernel = kernel;
    this.fs = fs;
    this.events = events;
    this.#writer = writer;
    this.#stock = stock;
  }

  static async start(): Promise<TestContainer> {
    const memory = createVfsMemory({ maxBytes: 512 * 1024 * 1024 });
    const writer = new Worker(bundle(new URL('../../../vfs/src/testing/writer.worker.ts', import.meta.url)), {
      eval: true,
      workerData: memory,
    });
    const stock = new WorkerStock(bundle(new URL('./process.worker.ts', import.meta.url)));
    const fs = new AsyncVfsClient(memory, 0);
    const entries: ImportEntry[] = ['/bin', '/usr', '/usr/bin', '/tmp', '/home', '/work', '/etc', '/root'].map(
      (path) => ({ type: 'directory', path }),
    );
    const marker = new TextEncoder().encode('#!slipway:shell\n');
    for (const name of [...shellNames, ...appletNames]) {
      entries.push({ type: 'file', path: `/bin/${name}`, bytes: marker, mode: 0o755 });
      entries.push({ type: 'link', path: `/usr/bin/${name}`, target: `/bin/${name}` });
    }
    const errno = await fs.importEntries('/', entries);
    if (errno < 0) throw new Error(`Cannot lay out the test container: ${errno}`);
    const events: KernelEvent[] = [];
    const kernel = new Kernel({
      fs,
      vfsMemory: memory,
      slots: SLOT_COUNT,
      spares: { node: 0, shell: 2 },
      createWorker: (image) => {
        if (image !== 'shell') throw new Error(`Cannot create a worker: this container has no image "${image}"`);
        return stock.take();
      },
      releaseSlot: () => undefined,
      nowMs: Date.now,
      delay: (ms, task) => void setTimeout(task, ms).unref(),
      outbound: () => false,
      engineWork: ({ page }) => refuseEngineWork(page),
      emit: (event) => void events.push(event),
    });
    return new TestContainer(kernel, fs, events, writer, stock);
  }

  /** Both outputs are read while the input is written: a program that does not read all of it still ends. */
  async run(argv: readonly string[], { env = {}, cwd = '/work', stdin = '' }: RunOptions = {}): Promise<RunResult> {
    const input = this.kernel.openPipe('to-process');
    const out = this.kernel.openPipe('from-process');
    const err = this.kernel.openPipe('from-process');
    const started = this.kernel.start({
      file: argv[0]!,
      argv,
      env: { ...ENVIRONMENT, ...env },
      cwd,
      descriptors: [input.end, out.end, err.end],
      group: 'new-session',
      reap: 'message',
    });
    for (const pipe of [input, out, err]) pipe.release();
    if (typeof started === 'number') throw new Error(`Cannot start ${argv[0]}: ${started}`);
    const bytes = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin;
    const fed = (async () => {
      if (bytes.length > 0) await input.stream.write(bytes as Uint8Array<ArrayBuffer>).catch(() => undefined);
      input.stream.close();
    })();
    const [stdout, stderr, status] = await Promise.all([readText(out.stream), readText(err.stream), started.exit]);
    await fed;
    return { stdout, stderr, code: status.code, signal: status.signal };
  }

  sh(script: string, options: RunOptions = {}): Promise<RunResult> {
    return this.run(['sh', '-c', script], options);
  }

  openTerminal(
    argv: readonly string[],
    { env = {}, cwd = '/work' }: RunOptions = {},
    columns = 80,
    rows = 24,
  ): TerminalSession {
    const decoder = new TextDecoder();
    let text = '';
    let wake: () => void = () => undefined;
    let ended = false;
    const terminal = this.kernel.openTerminal({ columns, rows, crlf: true }, (bytes) => {
      if (bytes === null) ended = true;
      else text += decoder.decode(bytes, { stream: true });
      wake();
    });
    const started = this.kernel.start({
      file: argv[0]!,
      argv,
      env: { ...ENVIRONMENT, ...env },
      cwd,
      descriptors: [terminal.end, terminal.end, terminal.end],
      group: 'new-session',
      reap: 'message',
    });
    terminal.release();
    if (typeof started === 'number') throw new Error(`Cannot start ${argv[0]}: ${started}`);
    return {
      pid: started.pid,
      terminal,
      exit: started.exit,
      text: () => text,
      type: (keys) => terminal.type(new TextEncoder().encode(keys)),
      async until(pattern, from = 0) {
        for (;;) {
          const rest = text.slice(from);
          const at = typeof pattern === 'string' ? rest.indexOf(pattern) : rest.search(pattern);
          if (at !== -1)
            return from + at + (typeof pattern === 'string' ? pattern.length : (rest.match(pattern)?.[0].length ?? 0));
          if (ended) throw new Error(`The terminal closed before ${String(pattern)} came: ${JSON.stringify(text)}`);
          // Not an assertion about time: only a way to see what is there instead.
          const gaveUp = await new Promise<boolean>((resolve) => {
            const timer = setTimeout(() => resolve(true), 60_000);
            wake = () => (clearTimeout(timer), resolve(false));
          });
          if (gaveUp) throw new Error(`${String(pattern)} did not come after: ${JSON.stringify(text.slice(from))}`);
        }
      },
    };
  }

  /** The kernel first: it gives its workers back to the stock, which then ends them. */
  async stop(): Promise<void> {
    this.kernel.shutdown();
    await this.#stock.close();
    await this.#writer.terminate();
  }
}

async function readText(stream: ByteStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) chunks.push(chunk);
  stream.close();
  return Buffer.concat(chunks).toString('utf8');
}
