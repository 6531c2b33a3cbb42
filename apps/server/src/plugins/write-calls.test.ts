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
  for (let at = 0; at < 16; at++) expect(await lost.add(callOf(2 + at))).toBe(true);
  expect([await lost.add(callOf(18)), await lost.written(), asked]).toEqual([false, false, 2]);

  const away = createCallWriter(() => Promise.reject(new Error('The database is away')));
  await away.add(callOf(0));
  await expect(away.written()).rejects.toThrow('away');
});
