import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { SandboxConfig } from '@slipway/contracts';
import type {
  CommandEnd,
  MachineEnd,
  MachineKind,
  MachineWatch,
  SandboxCommand,
  SandboxFile,
  SandboxFolder,
  SandboxMachine,
  TaskUsage,
} from '@slipway/sandboxes';
import { cpuPrefix } from '../processes/cpu-set.ts';
import { cpuSeconds, listProcessesOf, memoryBytes, sendSignal } from '../processes/process-tree.ts';
import { makeSandboxFolder, removeFolder, sweepFolders } from '../processes/sandbox-folder.ts';
import { captureFolder, measureFolder } from './capture-folder.ts';
import { LocalFolder } from './local-folder.ts';

/** By this prefix a later worker finds what a dead one left behind. */
export const LOCAL_PREFIX = 'slipway-local-';

/** It may pass a limit for as long as this. */
const WATCH_MS = 500;
const MEBIBYTE = 1024 ** 2;

/**
 * Sandboxes without a jail, for development: programs of this machine in a folder of their own, with its Node and its
 * network, as the worker's own user. They see the whole disk. It proves that the verbs need no browser, and starts in
 * milliseconds; a server that others reach refuses it (`parseConfig`).
 */
export function createLocalMachines(): MachineKind {
  return {
    kind: 'local',
    sweep: (id) => sweepFolders(LOCAL_PREFIX, id),
    open: async (id, config, watch) => new LocalMachine(id, makeSandboxFolder(LOCAL_PREFIX, id), config, watch),
  };
}

class LocalMachine implements SandboxMachine {
  readonly id: string;
  readonly ended: Promise<MachineEnd>;
  readonly folder: SandboxFolder;
  readonly #folder: string;
  readonly #files: string;
  readonly #config: SandboxConfig;
  readonly #watch: MachineWatch;
  readonly #prefix: string[];
  readonly #over: (end: MachineEnd) => void;
  /** Stands for the sandbox: when it is gone, so is that. */
  readonly #keeper: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  #usedBytes = 0;
  #ending: Promise<void> | undefined;

  constructor(id: string, folder: string, config: SandboxConfig, watch: MachineWatch) {
    this.id = id;
    this.#folder = folder;
    this.#files = join(folder, 'project');
    this.folder = new LocalFolder(this.#files);
    this.#config = config;
    this.#watch = watch;
    this.#prefix = cpuPrefix(config.cpu);
    const { promise, resolve: over } = Promise.withResolvers<MachineEnd>();
    this.ended = promise;
    this.#over = over;
    // Its input is a pipe of this process: when that dies, it reads the end and goes.
    this.#keeper = spawn('sh', ['-c', 'read -r line'], {
      cwd: folder,
      env: this.#environment({}),
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#keeper.once('error', (error) => over({ exitCode: null, problem: `it did not start: ${error.message}` }));
    this.#keeper.once('exit', (code) => over({ exitCode: code, problem: null }));
    this.#timer = setInterval(() => void this.#look(), WATCH_MS);
  }

  async connect(): Promise<void> {
    if (this.#keeper.pid === undefined) await once(this.#keeper, 'spawn');
  }

  async configure(files: readonly SandboxFile[]): Promise<void> {
    await mkdir(this.#files);
    // Folders last, the deepest first: one that nobody may write to is filled before.
    const folders = files.filter((file) => file.kind === 'dir').sort((a, b) => b.path.length - a.path.length);
    for (const file of files) if (file.kind !== 'dir') await this.#put(file);
    for (const { path, mode } of folders) {
      await mkdir(this.#inside(path), { recursive: true });
      await chmod(this.#inside(path), mode);
    }
  }

  async run({ command, args, env = {}, onOutput, signal }: SandboxCommand): Promise<CommandEnd> {
    // The container's own shell has no such name here.
    const program = [...this.#prefix, command === 'jsh' ? 'sh' : command, ...args];
    const child = spawn(program[0]!, program.slice(1), {
      cwd: this.#files,
      env: this.#environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const kill = (): void => {
      // Its group, unless there is none: it did not start, or has ended.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    signal?.addEventListener('abort', kill, { once: true });
    const reading = (['stdout', 'stderr'] as const).map(async (stream) => {
      // The next piece is read when this one is taken: a flood waits in the program's pipe.
      for await (const bytes of child[stream] as AsyncIterable<Buffer>) await onOutput?.(stream, bytes);
    });
    const exited = new Promise<CommandEnd>((done) => {
      child.once('exit', (code, by) => done({ code, signal: by?.replace(/^SIG/, '') ?? null }));
      // As a shell says it: there is no such command.
      child.once('error', () => done({ code: 127, signal: null }));
    });
    if (signal?.aborted === true) kill();
    const [end] = await Promise.all([exited, ...reading]);
    signal?.removeEventListener('abort', kill);
    return end;
  }

  async readFile(path: string): Promise<Uint8Array> {
    return await readFile(this.#inside(path));
  }

  async usage(): Promise<TaskUsage> {
    const pids = listProcessesOf(this.#folder);
    const memory = pids.reduce((sum, pid) => sum + memoryBytes(pid), 0);
    return {
      cpuUsage: cpuSeconds(pids),
      memoryUsage: memory / MEBIBYTE,
      diskUsage: this.#usedBytes / MEBIBYTE,
    };
  }

  capture(): Promise<SandboxFile[]> {
    return captureFolder(this.#files);
  }

  end(graceMs: number): Promise<void> {
    this.#ending ??= this.#end(graceMs);
    return this.#ending;
  }

  /**
   * Programs are found by the folder in their environment, so those that left their group are found as well.
   * `removeFolder` kills what is left.
   */
  async #end(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    if (graceMs > 0) {
      const programs = listProcessesOf(this.#folder).filter((pid) => pid !== this.#keeper.pid);
      for (const pid of programs) sendSignal(pid, 'SIGTERM');
      const deadline = Date.now() + graceMs;
      while (Date.now() < deadline && listProcessesOf(this.#folder).some((pid) => pid !== this.#keeper.pid))
        await new Promise((done) => setTimeout(done, 20));
    }
    await removeFolder(this.#folder);
    this.#over({ exitCode: null, problem: null });
  }

  /** Every {@link WATCH_MS}: a program can pass a limit between two looks. */
  async #look(): Promise<void> {
    const { memoryMiB, processes, diskMiB } = this.#config;
    const pids = listProcessesOf(this.#folder).filter((pid) => pid !== this.#keeper.pid);
    if (pids.length > processes) this.#tooMuch(`it ran more than ${processes} processes`);
    const used = pids.reduce((sum, pid) => sum + memoryBytes(pid), 0);
    const limit = memoryMiB * MEBIBYTE;
    if (used > limit) this.#tooMuch(`it used ${used} bytes of memory, more than ${limit}`);
    if (!existsSync(this.#files)) return;
    const bytes = await measureFolder(this.#files, diskMiB * MEBIBYTE);
    if (bytes > diskMiB * MEBIBYTE) this.#tooMuch(`it wrote more than ${diskMiB} MiB of files`);
    if (bytes !== this.#usedBytes) this.#watch.progress();
    this.#usedBytes = bytes;
  }

  /** Only tells: the driver, which waits for `ended`, then ends the machine. */
  #tooMuch(problem: string): void {
    this.#over({ exitCode: null, problem });
  }

  /** The mode by `chmod`, since the umask takes bits off what `writeFile` is given. */
  async #put(file: Exclude<SandboxFile, { kind: 'dir' }>): Promise<void> {
    const path = this.#inside(file.path);
    await mkdir(dirname(path), { recursive: true });
    if (file.kind === 'link') return await symlink(file.target, path);
    await writeFile(path, file.bytes);
    await chmod(path, file.mode);
  }

  #inside(path: string): string {
    const full = resolve(this.#files, path);
    if (!full.startsWith(`${this.#files}${sep}`)) throw new Error(`Cannot use ${JSON.stringify(path)}: it leads out`);
    return full;
  }

  /** Nothing of the worker's own, and with it no connection string. */
  #environment(env: Readonly<Record<string, string>>): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.#folder,
      TMPDIR: this.#folder,
      LANG: 'C.UTF-8',
      ...env,
      SLIPWAY_SANDBOX: this.#folder,
    };
  }
}
