import { expect, it } from 'vitest';
import { ROOT } from '../memory/layout.ts';
import { NameCache } from '../memory/names.ts';
import { SharedMemory } from '../memory/shared-memory.ts';
import { createVfsMemory } from './create-memory.ts';
import { EntryStore } from './entry-store.ts';
import { Limbo } from './limbo.ts';
import { UnitAllocator } from './unit-allocator.ts';

it('a writer that starts on a memory in use finds what is free behind a name that was just removed', () => {
  const memory = new SharedMemory(createVfsMemory());
  const open = (): EntryStore => new EntryStore(memory, new UnitAllocator(memory), new Limbo(memory));
  const before = open();
  const names = new NameCache();
  const reserved = Array.from({ length: 600 }, (_, index) => before.reserve(names.encode(`n${index}`)));
  const [removed, freed] = reserved as [number, number];
  before.add(removed, ROOT, names.encode('n0'), ROOT);
  before.remove(removed);
  before.giveBack(freed);

  const after = open();
  expect(after.reserve(names.encode('next'))).toBe(freed);
  expect(reserved).not.toContain(after.reserve(names.encode('last')));
});
