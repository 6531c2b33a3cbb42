export type * from './contract.ts';
export type * from './process-system.ts';
export { Ring, DEFAULT_RING_BYTES } from './ring.ts';
