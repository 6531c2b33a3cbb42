/** Bounds of one pack. What exceeds one is refused before it is held. */
export interface PackLimits {
  packBytes: number;
  objects: number;
  objectBytes: number;
  /** How many deltas an object may stand on. */
  chain: number;
  /** All bytes that are inflated and put together: a small pack can ask for any number. */
  workBytes: number;
  /** Distinct objects that the pack's own lead to. */
  links: number;
}

const MIB = 1024 * 1024;

/** As git's own default depth, and room for projects a hundred times as large as those that tabs hold. */
export const PACK_LIMITS: PackLimits = {
  packBytes: 256 * MIB,
  objects: 250_000,
  objectBytes: 64 * MIB,
  chain: 50,
  workBytes: 8192 * MIB,
  links: 750_000,
};
