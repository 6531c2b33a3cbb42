import { Super } from '../memory/layout.ts';
import { SharedMemory } from '../memory/shared-memory.ts';

/**
 * The page goes: what is kept goes to the disk, and its files are free within a millisecond. A writer that sleeps would
 * hold them for seconds more. Nothing is kept from then on, should the page come back.
 */
export function closeKept(buffer: SharedArrayBuffer): void {
  const { words } = new SharedMemory(buffer);
  Atomics.store(words, Super.closing, 1);
  Atomics.add(words, Super.doorbell, 1);
  Atomics.notify(words, Super.doorbell);
}
