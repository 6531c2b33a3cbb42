/** A worker of the shell image under Node's worker_threads. */
import { randomFillSync } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { type BootMessage, createProcessSystem, type KernelLine, type KernelMessage } from '@slipway/kernel';
import { VfsClient } from '@slipway/vfs';
import { runShell } from '../run-shell.ts';

let boot: BootMessage | undefined;
let receive: ((message: KernelMessage, ports: readonly unknown[]) => void) | undefined;
const line: KernelLine = {
  post: (message) => parentPort!.postMessage(message),
  onMessage: (receiver) => (receive = receiver),
};

parentPort!.on('message', (message: KernelMessage) => {
  if (message.type === 'boot') boot = message;
  else if (message.type !== 'start') receive?.(message, []);
  else {
    const sys = createProcessSystem({
      boot: boot!,
      start: message,
      line,
      fs: new VfsClient(boot!.vfs, boot!.slot),
      fillRandom: (into) => void randomFillSync(into),
      halt: () => {
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      },
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
  }
});
