import { expect, it } from 'vitest';
import { createCallWriter, type MadeCall } from './write-calls.ts';

const callOf = (after: number): MadeCall => ({
  call: {
    method: 'handle-event',
    args: [],
    eventType: 'note.new',
    key: String(after),
    actorId: 'ada',
    depth: 0,
    step: { after },
    permissionsOf: () => Promise.resolve([]),
    stopped: () => false,
  },
  made: { error: new Error('not asked for') },
});

it('PL-11 writes a call at once, and together what was made meanwhile, in order and at most sixteen', async () => {
  const groups: string[][] = [];
  let go: () => void = () => undefined;
  const writer = createCallWriter(async (calls) => {
    groups.push(calls.map(({ call }) => call.key));
    await new Promise<void>((resolve) => (go = resolve));
    return true;
  });
  for (let at = 0; at < 17; at++) expect(await writer.add(callOf(at))).toBe(true);
  // The first is being written, and sixteen wait: the next has to as well.
  let added = false;
  const late = writer.add(callOf(17)).then((answer) => (added = answer));
  await Promise.resolve();
  expect([groups, added]).toEqual([[['0']], false]);
  for (let turn = 0; turn < 2; turn++) {
    go();
    await new Promise(setImmediate);
  }
  await late;
  await new Promise(setImmediate);
  go();
  expect(await writer.written()).toBe(true);
  expect(groups).toEqual([['0'], Array.from({ length: 16 }, (_, at) => String(at + 1)), ['17']]);
});

it('PL-11 writes nothing behind what could not be written, and says so to whoever waits', async () => {
  let asked = 0;
  const lost = createCallWriter(() => Promise.resolve(++asked < 2));
  await lost.add(callOf(0));
  expect(await lost.written()).toBe(true);
  await lost.add(callOf(1));
  expect(await lost.written()).toBe(false);
  expect([await lost.add(callOf(2)), await lost.written(), asked]).toEqual([false, false, 2]);

  const away = createCallWriter(() => Promise.reject(new Error('The database is away')));
  await away.add(callOf(0));
  await expect(away.written()).rejects.toThrow('away');
  await expect(away.add(callOf(1))).rejects.toThrow('away');
});

it('PL-11 writes no more together than one call may queue', async () => {
  const sizes: number[] = [];
  const writer = createCallWriter(async (calls) => {
    sizes.push(calls.length);
    await new Promise(setImmediate);
    return true;
  });
  const queuing = (after: number, operations: number): MadeCall => {
    const publish = { kind: 'publish', type: 'note.made', payload: '{}' } as const;
    const result = {
      kind: 'ok',
      operations: Array.from({ length: operations }, () => publish),
      fuel: 0n,
      memoryBytes: 0,
      log: [],
    } as const;
    return { ...callOf(after), made: { result, durationMs: 0, recording: null } };
  };
  for (let at = 0; at < 7; at++) expect(await writer.add(queuing(at, 400))).toBe(true);
  expect(await writer.written()).toBe(true);
  expect(sizes.every((size) => size <= 2)).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(7);
});
