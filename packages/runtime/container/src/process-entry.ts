/** What the entries of both images share: from `boot` and `start` to a ProcessSystem. */
import {
  type BootMessage,
  createProcessSystem,
  haltedWord,
  type KernelLine,
  type KernelMessage,
  nameOfProcess,
  type ProcessSystem,
  type StartMessage,
} from '@slipway/kernel';
import { VfsClient } from '@slipway/vfs';
import { holdLifeline } from './worker-handle.ts';

// Taken before any program can replace or hide them.
const evaluate = self.eval.bind(self);
const post = self.postMessage.bind(self);
const getRandomValues = crypto.getRandomValues.bind(crypto);
const RANDOM_CHUNK = 65536;

/** getRandomValues takes at most 64 KiB at once. */
export function fillRandom(into: Uint8Array): void {
  for (let at = 0; at < into.length; at += RANDOM_CHUNK) {
    const chunk = new Uint8Array(Math.min(RANDOM_CHUNK, into.length - at));
    getRandomValues(chunk);
    into.set(chunk, at);
  }
}

/** Calls `onBoot` when the worker got its place, `run` when it becomes a process. */
export function awaitStart(
  run: (sys: ProcessSystem, ports: readonly unknown[]) => void,
  onBoot: (boot: BootMessage) => void = () => undefined,
): void {
  holdLifeline();
  let boot: BootMessage | undefined;
  let receive: ((message: KernelMessage, ports: readonly unknown[]) => void) | undefined;
  const line: KernelLine = {
    post: (message, transfer = []) => post(message, { transfer: transfer as Transferable[] }),
    onMessage: (receiver) => (receive = receiver),
  };
  self.addEventListener('message', (event: MessageEvent<KernelMessage>) => {
    const message = event.data;
    // Nobody else shall see the kernel's messages.
    event.stopImmediatePropagation();
    if (message.type === 'boot') {
      boot = message;
      onBoot(message);
    } else if (message.type === 'start') {
      const place = mustBeBooted(boot);
      const sys = makeSystem(place, message, line);
      // Killed before it began. Looked at only now: what `sys` took of the file system before that is void.
      if (Atomics.load(haltedWord(place.reply), 0) !== 0) return;
      sign(message);
      run(sys, event.ports);
    } else receive?.(message, event.ports);
  });
}

/**
 * Tells developer tools which process this worker is: a worker cannot be renamed, but
 * among its sources is now an empty script called by pid and command line.
 */
function sign({ pid, argv, thread }: StartMessage): void {
  const words = nameOfProcess(pid, argv) + (thread === undefined ? '' : ` (thread ${thread.threadId})`);
  evaluate(`//# sourceURL=process:///${encodeURIComponent(words.toWellFormed()).replaceAll("'", '%27')}`);
}

/**
 * The end of this worker's JavaScript. It blocks instead of throwing: a program
 * could catch an exception and go on. The kernel terminates the worker.
 */
function halt(): never {
  const never = new Int32Array(new SharedArrayBuffer(4), 0, 1);
  for (;;) Atomics.wait(never, 0, 0);
}

function mustBeBooted(boot: BootMessage | undefined): BootMessage {
  if (boot === undefined) throw new Error('Cannot start the process: the worker was not booted');
  return boot;
}

/** Tells the kernel `ready` when the process has its file system and its line; what comes after is the program's. */
function makeSystem(boot: BootMessage, start: StartMessage, line: KernelLine): ProcessSystem {
  const sys = createProcessSystem({
    boot,
    start,
    line,
    fillRandom,
    fs: new VfsClient(boot.vfs, boot.slot, { as: 'owner' }),
    halt,
  });
  line.post({ type: 'ready' });
  return sys;
}
