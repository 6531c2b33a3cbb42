import type { Engine } from '@slipway/codecs';
import { allocateEnginePage, takeEngineAnswer } from '@slipway/kernel';
import type { Realm } from '../realm/realm.ts';

/**
 * Reaches the engine (the kernel's worker for heavy digests) through the kernel, and waits for its answer with
 * Atomics.wait. The input's buffer is transferred, so the caller has lost it;
 * `capacity` is the most bytes of an answer.
 */
export function createEngine(realm: Realm): Engine {
  return (kind, input, capacity) => {
    const page = allocateEnginePage(capacity);
    realm.sys.kernel.post({ type: 'engine-work', work: { kind, input, page } }, [input]);
    return takeEngineAnswer(page);
  };
}
