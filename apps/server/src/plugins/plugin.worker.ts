/** A thread in which plugins are prepared and called, one after the other; it is ended when one takes too long. */
import { parentPort } from 'node:worker_threads';
import {
  type AnswerQuery,
  callPlugin,
  compileComponent,
  type CompiledComponent,
  InstantiationError,
  MANIFEST_SECTION,
  parseManifest,
  prepareComponent,
  tryInstantiate,
} from '@slipway/plugin-host';
import { CELL_HEAD, type CellAnswer, type ThreadAnswer, type ThreadRequest } from './plugin-thread.ts';

/** Components that were posted here; when there are too many, all are forgotten and posted again. */
const KNOWN_LIMIT = 64;
const known = new Map<string, CompiledComponent>();

const answer = (message: ThreadAnswer) => parentPort?.postMessage(message);

/** Waits in place: a guest cannot do anything else. Whoever ends the thread ends the wait. */
function askThrough(cell: SharedArrayBuffer): AnswerQuery {
  const head = new Int32Array(cell, 0, 2);
  return (query) => {
    Atomics.store(head, 0, 0);
    answer({ kind: 'query', query });
    Atomics.wait(head, 0, 0);
    const bytes = new Uint8Array(new Uint8Array(cell, CELL_HEAD, head[1]));
    const said = JSON.parse(new TextDecoder().decode(bytes)) as CellAnswer;
    if ('failed' in said) throw new Error(said.failed);
    return said.rows;
  };
}

/** Throws `InstantiationError` for whatever is wrong with the component. */
function prepare(bytes: Uint8Array): ThreadAnswer {
  const prepared = prepareComponent(bytes);
  const manifest = parseManifest(prepared.customs.get(MANIFEST_SECTION));
  // Errors of the engine's own validation and of linking show only now.
  tryInstantiate(compileComponent(prepared), manifest);
  return { kind: 'prepared', plugin: { plan: prepared.plan, cores: prepared.cores, manifest } };
}

/** `unknown` where the component has been forgotten: whoever asks sends it again. */
function handle(request: ThreadRequest): ThreadAnswer {
  if (request.kind === 'prepare') return prepare(request.bytes);
  const component = request.component ?? known.get(request.key);
  if (!component) return { kind: 'unknown' };
  if (known.size >= KNOWN_LIMIT && !known.has(request.key)) known.clear();
  known.set(request.key, component);
  const { method, args, context, limits, cell, manifest } = request;
  return {
    kind: 'called',
    result: callPlugin(component, manifest, { method, args, context, limits, query: askThrough(cell) }),
  };
}

parentPort?.on('message', (request: ThreadRequest) => {
  try {
    answer(handle(request));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ kind: 'refused', message: error instanceof InstantiationError ? message : `The host failed: ${message}` });
  }
});

// From here on the time of calls counts: what it took to get here is not theirs.
answer({ kind: 'ready' });
