/** One Node process of the test page: what packages/runtime/container does, without the container. */
import { createProcessSystem, type BootMessage, type KernelMessage } from '@slipway/kernel';
import { LazySet, type LateSetName } from '@slipway/node-lib';
import { nodeDataText } from '@slipway/node-lib/generated/data.js';
import { bindingMembersText } from '@slipway/node-lib/generated/members.js';
import { VfsClient } from '@slipway/vfs';
import { prepareNode, type PreparedNode } from '../src/index.ts';

const post = self.postMessage.bind(self);
const getRandomValues = crypto.getRandomValues.bind(crypto);
const encoder = new TextEncoder();
// Taken before the names of the browser are hidden.
const SynchronousRequest = XMLHttpRequest;

function fetchLate(name: LateSetName): LazySet {
  const request = new SynchronousRequest();
  request.open('GET', `/${name}.bin`, false);
  request.responseType = 'arraybuffer';
  request.send();
  return new LazySet(request.response as ArrayBuffer);
}

let boot: BootMessage | undefined;
let node: PreparedNode | undefined;
let receive: ((message: KernelMessage, ports: readonly unknown[]) => void) | undefined;
const failures: string[] = [];

function fillRandom(into: Uint8Array): void {
  const bytes = new Uint8Array(into.length);
  for (let at = 0; at < bytes.length; at += 65536) getRandomValues(bytes.subarray(at, at + 65536));
  into.set(bytes);
}

/** The kernel terminates this worker; until then nothing of the program may run. */
function halt(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function start(message: KernelMessage & { type: 'start' }, booted: BootMessage): void {
  const sys = createProcessSystem({
    boot: booted,
    start: message,
    fillRandom,
    halt,
    fs: new VfsClient(booted.vfs, booted.slot, { as: 'owner' }),
    line: {
      post: (sent, transfer = []) => post(sent, { transfer: transfer as Transferable[] }),
      onMessage: (receiver) => (receive = receiver),
    },
  });
  post({ type: 'ready' });
  try {
    if (node === undefined) throw new Error(`Cannot start Node: ${failures.join('\n')}`);
    node.start(sys);
  } catch (error) {
    sys.descriptors.write(
      2,
      encoder.encode(`BOOT FAILURE: ${error instanceof Error ? error.stack : String(error)}\n`),
      null,
    );
    sys.exit({ code: null, signal: 'SIGABRT' });
  }
}

self.addEventListener('message', (event: MessageEvent<KernelMessage>) => {
  event.stopImmediatePropagation();
  const message = event.data;
  if (message.type === 'boot') {
    boot = message;
    const { lazy } = message.assets;
    try {
      node = prepareNode(
        { nodeDataText, bindingMembersText, lazy: new LazySet(lazy!), late: fetchLate },
        { scope: self as unknown as DedicatedWorkerGlobalScope, onBootFailure: (text) => failures.push(text) },
        { kind: message.kind === 'thread' ? 'thread' : 'process' },
      );
    } catch (error) {
      failures.push(String(error));
    }
  } else if (message.type === 'start') start(message, boot!);
  else receive?.(message, event.ports);
});
