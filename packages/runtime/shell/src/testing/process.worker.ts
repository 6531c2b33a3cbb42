/** A worker of the shell image under Node's worker_threads, for one process after the other (worker-stock.ts). */
import { randomFillSync } from 'node:crypto';
import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { type BootMessage, createProcessSystem, type KernelLine, type KernelMessage } from '@slipway/kernel';
import { VfsClient } from '@slipway/vfs';
import { runShell } from '../run-shell.ts';
import { PARKED_WORD, POSTED_WORD } from './worker-stock.ts';

declare const module: { readonly words: Int32Array };

const { words } = module;

const line: KernelLine = {
  post: (message) => parentPort!.postMessage(message),
  // The shell never comes back to its event loop while its process lives.
  onMessage: () => undefined,
};

/** The next message, waited for with the thread held. */
function take(): KernelMessage {
  for (;;) {
    const posted = Atomics.load(words, POSTED_WORD);
    const received = receiveMessageOnPort(parentPort!) as { message: KernelMessage } | undefined;
    if (received !== undefined) return received.message;
    Atomics.wait(words, POSTED_WORD, posted);
  }
}

/** Until the thread is terminated: whoever calls this must not be seen going on. */
function halt(): never {
  for (;;) Atomics.wait(words, PARKED_WORD, 0);
}

let boot: BootMessage | undefined;
let start: Extract<KernelMessage, { type: 'start' }> | undefined;
while (start === undefined) {
  const message = take();
  if (message.type === 'boot') boot = message;
  else if (message.type === 'start') start = message;
}
const sys = createProcessSystem({
  boot: boot!,
  start,
  line,
  fs: new VfsClient(boot!.vfs, boot!.slot),
  fillRandom: (into) => void randomFillSync(into),
  halt,
});
line.post({ type: 'ready' });
try {
  runShell(sys);
} catch (error) {
  sys.descriptors.write(
    2,
    new TextEncoder().encode(`internal error: ${error instanceof Error ? error.stack : String(error)}\n`),
    null,
  );
  line.post({ type: 'exit', status: { code: 70, signal: null } });
}
// The last thing it does: the next process is another evaluation of this file.
Atomics.store(words, PARKED_WORD, 1);
Atomics.notify(words, PARKED_WORD);
