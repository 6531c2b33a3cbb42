import { allocateEnginePage, takeEngineAnswer, type EngineWorkKind } from '@slipway/kernel';
import type { Realm } from '../realm.ts';

/** Does a piece of work in the browser's engine, at once; `undefined` where the engine cannot. */
export type Engine = (kind: EngineWorkKind, input: ArrayBuffer, capacity: number) => Uint8Array<ArrayBuffer> | undefined;

/** Reaches the engine through the kernel; the input is given away. */
export function createEngine(realm: Realm): Engine {
  return (kind, input, capacity) => {
    const page = allocateEnginePage(capacity);
    realm.sys.kernel.post({ type: 'engine-work', work: { kind, input, page } }, [input]);
    return takeEngineAnswer(page);
  };
}
