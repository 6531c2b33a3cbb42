/** A worker that becomes one Node process. What does not depend on the program is done ahead of it. */
import { LateMemory, LazySet, type LateSetName } from '@slipway/node-lib';
import { nodeDataText } from '@slipway/node-lib/generated/data.js';
import { bindingMembersText } from '@slipway/node-lib/generated/members.js';
import { type PreparedNode, prepareNode } from '@slipway/node-bindings';
import type { BootMessage } from '@slipway/kernel';
import { awaitStart } from './process-entry.ts';

const failures: string[] = [];

/** Node's lib up to the point where it would look at argv; the same for whatever becomes of this worker. */
function prepare(boot: BootMessage, kind: 'process' | 'thread'): PreparedNode {
  const { lazyBuiltins, lateUrls, extras } = boot.assets;
  if (lazyBuiltins === undefined) throw new Error('Cannot prepare Node: the lazy builtins are missing');
  return prepareNode(
    { lazy: new LazySet(lazyBuiltins), nodeDataText, bindingMembersText, late: makeLateSets(lateUrls, extras) },
    { scope: self as unknown as DedicatedWorkerGlobalScope, onBootFailure: (text) => failures.push(text) },
    { kind },
  );
}

// Taken before the names of the browser are hidden.
const SynchronousRequest = XMLHttpRequest;

/**
 * Sets that few programs need, by name: what the container holds already, or
 * fetched at once, since `require` cannot wait.
 */
function makeLateSets(
  urls: SharedArrayBuffer | undefined,
  extras: SharedArrayBuffer | undefined,
): (name: LateSetName) => LazySet {
  const fetched = new Map<LateSetName, LazySet>();
  return (name) => {
    const known = fetched.get(name);
    if (known !== undefined) return known;
    const held = name === 'extras' && extras !== undefined ? new LateMemory(extras).read() : undefined;
    if (held !== undefined) {
      fetched.set(name, held);
      return held;
    }
    const url =
      urls === undefined
        ? undefined
        : (JSON.parse(new TextDecoder().decode(new Uint8Array(urls).slice())) as Partial<Record<LateSetName, string>>)[
            name
          ];
    if (url === undefined) throw new Error(`Cannot load "${name}.bin": the runtime was built without it`);
    const request = new SynchronousRequest();
    request.open('GET', url, false);
    request.responseType = 'arraybuffer';
    request.send();
    if (request.status !== 200) throw new Error(`Cannot load "${url}": the server answered ${request.status}`);
    const set = new LazySet(request.response as ArrayBuffer);
    fetched.set(name, set);
    return set;
  };
}

let node: PreparedNode | undefined;

awaitStart(
  (sys) => {
    try {
      if (node === undefined) throw new Error('Cannot start the process: Node could not be prepared');
      node.start(sys);
    } catch (error) {
      failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      // Raw: lib's own streams may be what failed.
      sys.descriptors.write(2, new TextEncoder().encode(`${failures.join('\n')}\n`), null);
      sys.kernel.post({ type: 'exit', status: { code: null, signal: 'SIGABRT' } });
    }
  },
  (boot) => {
    try {
      node = prepare(boot, boot.kind === 'thread' ? 'thread' : 'process');
    } catch (error) {
      // Told by whoever becomes a process here: a spare has nobody to tell.
      if (failures.length === 0) failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  },
);
