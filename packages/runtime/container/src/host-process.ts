import type { ByteStream, ChannelEnd, Kernel, SpawnRequest, Started } from '@slipway/kernel';
import type { HostProcess, HostSpawn } from './host/container-host.ts';

type StdioParts = {
  readonly ends: readonly ChannelEnd[];
  /** Gives up the kernel's copies of the process's ends. */
  release(): void;
  readonly drained: Promise<void>;
  write(bytes: Uint8Array): void;
  endInput(): void;
  resize(columns: number, rows: number): void;
  abandonOutput(): void;
};

/** Starts a process for somebody outside the container, or gives the errno. */
export function spawnForHost(kernel: Kernel, request: HostSpawn, env: Readonly<Record<string, string>>): HostProcess | number {
  const stdio = request.stdio.kind === 'terminal' ? openTerminal(kernel, request, request.stdio) : openPipes(kernel, request, request.stdio.kind === 'merged');
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
    endInput: stdio.endInput,
    resize: stdio.resize,
    signal: (name) => kernel.kill(-started.pid, name),
    abandonOutput: stdio.abandonOutput,
  };
}

function openTerminal(kernel: Kernel, request: HostSpawn, shape: Extract<HostSpawn['stdio'], { kind: 'terminal' }>): StdioParts {
  let settle: () => void = () => undefined;
  const drained = new Promise<void>((resolve) => (settle = resolve));
  let queue: Promise<void> = Promise.resolve();
  let abandoned = false;
  const terminal = kernel.openTerminal(shape, (bytes) => {
    // One delivery at a time, in order; echo and program output meet here.
    queue = queue.then(async () => {
      if (bytes === null) settle();
      else if (!abandoned) await request.onOutput('stdout', bytes);
    });
    return queue;
  });
  return {
    ends: [terminal.end, terminal.end, terminal.end],
    release: () => terminal.release(),
    drained,
    write: (bytes) => terminal.type(bytes),
    endInput: () => undefined,
    resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
    abandonOutput: () => {
      // A terminal goes on without an emulator: programs must not break by it.
      abandoned = true;
    },
  };
}

function openPipes(kernel: Kernel, request: HostSpawn, merged: boolean): StdioParts {
  const input = kernel.openPipe('to-process');
  const stdout = kernel.openPipe('from-process');
  const stderr = merged ? stdout : kernel.openPipe('from-process');
  const pumps = [pump(stdout.stream, (bytes) => request.onOutput('stdout', bytes))];
  if (!merged) pumps.push(pump(stderr.stream, (bytes) => request.onOutput('stderr', bytes)));
  let typed: Promise<void> = Promise.resolve();
  return {
    ends: [input.end, stdout.end, stderr.end],
    release: () => {
      input.release();
      stdout.release();
      if (!merged) stderr.release();
    },
    drained: Promise.all(pumps).then(() => input.stream.close()),
    write: (bytes) => {
      // Nobody reads any more: dropped, as the contract says.
      typed = typed.then(() => input.stream.write(bytes)).catch(() => input.stream.close());
    },
    endInput: () => {
      typed = typed.then(() => input.stream.close());
    },
    resize: () => undefined,
    abandonOutput: () => {
      stdout.stream.close();
      if (!merged) stderr.stream.close();
    },
  };
}

async function pump(stream: ByteStream, deliver: (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>): Promise<void> {
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await deliver(bytes);
  stream.close();
}
