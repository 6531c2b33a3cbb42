import { Errno } from '@slipway/posix';
import type { ByteStream, ChannelEnd, Kernel, SpawnRequest, Started } from '@slipway/kernel';
import type { HostProcess, HostSpawn } from './host/container-host.ts';

/** Three descriptors as the process gets them, and this side of them. */
type StdioParts = {
  readonly ends: readonly ChannelEnd[];
  /** Gives up the kernel's copies of the process's ends. */
  release(): void;
  readonly drained: Promise<void>;
  write(bytes: Uint8Array): void;
  written(): Promise<number>;
  endInput(): void;
  resize(columns: number, rows: number): void;
  abandonOutput(stream?: 'stdout' | 'stderr'): void;
};

/** Starts a process for somebody outside the container, or gives the errno. */
export function spawnForHost(
  kernel: Kernel,
  request: HostSpawn,
  env: Readonly<Record<string, string>>,
): HostProcess | number {
  const stdio =
    request.stdio.kind === 'terminal'
      ? openTerminal(kernel, request, request.stdio)
      : openPipes(kernel, request, request.stdio.kind === 'merged');
  const spawn: SpawnRequest = {
    file: request.command,
    argv: [request.command, ...request.args],
    env,
    cwd: request.cwd,
    descriptors: stdio.ends,
    group: 'new-session',
    foreground: true,
    reap: 'message',
  };
  // `new-session` as setsid(2), so that a signal to the group reaches all that it starts.
  const started: Started | number = kernel.start(spawn);
  // The process holds its ends by now; ours would keep its pipes open for ever.
  stdio.release();
  if (typeof started === 'number') {
    stdio.abandonOutput();
    return started;
  }
  return {
    pid: started.pid,
    exit: started.exit,
    drained: stdio.drained,
    write: stdio.write,
    written: stdio.written,
    endInput: stdio.endInput,
    resize: stdio.resize,
    signal: (name) => kernel.kill(-started.pid, name),
    abandonOutput: stdio.abandonOutput,
  };
}

/** One terminal for all three descriptors. It has no end of input (that is a key, ^D) and no pipe that could break. */
function openTerminal(
  kernel: Kernel,
  request: HostSpawn,
  shape: Extract<HostSpawn['stdio'], { kind: 'terminal' }>,
): StdioParts {
  let settle: () => void = () => undefined;
  const drained = new Promise<void>((resolve) => (settle = resolve));
  // Also what slows the terminal: it waits for the promise that it is given.
  let queue: Promise<void> = Promise.resolve();
  let abandoned = false;
  const terminal = kernel.openTerminal(shape, (bytes) => {
    // One delivery at a time, in order; echo and program output meet here.
    queue = queue
      .then(async () => {
        if (bytes === null) settle();
        else if (!abandoned) await request.onOutput('stdout', bytes);
      })
      .catch(() => {
        // Whoever looked on has failed: the program goes on, and its end is still told.
        abandoned = true;
      });
    return queue;
  });
  return {
    ends: [terminal.end, terminal.end, terminal.end],
    release: () => terminal.release(),
    drained,
    write: (bytes) => terminal.type(bytes),
    written: async () => 0,
    endInput: () => undefined,
    resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
    abandonOutput: () => {
      // A terminal goes on without an emulator: programs must not break by it.
      abandoned = true;
    },
  };
}

/** Three pipes, or two where stderr goes with stdout. The kernel's own ends are given up by `release`. */
function openPipes(kernel: Kernel, request: HostSpawn, merged: boolean): StdioParts {
  const input = kernel.openPipe('to-process');
  const stdout = kernel.openPipe('from-process');
  const stderr = merged ? stdout : kernel.openPipe('from-process');
  const pumps = [pump(stdout.stream, (bytes) => request.onOutput('stdout', bytes))];
  if (!merged) pumps.push(pump(stderr.stream, (bytes) => request.onOutput('stderr', bytes)));
  const drained = Promise.all(pumps).then(() => input.stream.close());
  // Told to whoever waits for it, who may come later.
  drained.catch(() => undefined);
  // A chain, so that the end of input comes behind all that was written.
  let written: Promise<number> = Promise.resolve(0);
  return {
    ends: [input.end, stdout.end, stderr.end],
    release: () => {
      input.release();
      stdout.release();
      if (!merged) stderr.release();
    },
    drained,
    write: (bytes) => {
      written = written
        .then(() => input.stream.write(bytes))
        .then(
          () => 0,
          () => {
            // Nobody reads any more: dropped, as the contract says.
            input.stream.close();
            return Errno.EPIPE;
          },
        );
    },
    written: () => written,
    endInput: () => {
      written = written.then((errno) => {
        input.stream.close();
        return errno;
      });
    },
    resize: () => undefined,
    abandonOutput: (stream) => {
      if (stream !== 'stderr') stdout.stream.close();
      if (stream !== 'stdout' && !merged) stderr.stream.close();
    },
  };
}

/** Reads until the last writer is gone; closes also when delivery fails, so that writers get EPIPE. */
async function pump(
  stream: ByteStream,
  deliver: (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>,
): Promise<void> {
  try {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await deliver(bytes);
  } finally {
    stream.close();
  }
}
