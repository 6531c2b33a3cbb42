import type { EngineWorkKind } from '@slipway/kernel';

/**
 * Does a piece of work in the browser's engine, waiting for it; `undefined` where the engine cannot. `input` is
 * given away; `capacity` is the most bytes the answer can have.
 */
export type Engine = (
  kind: EngineWorkKind,
  input: ArrayBuffer,
  capacity: number,
) => Uint8Array<ArrayBuffer> | undefined;
