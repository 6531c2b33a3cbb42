import { expect, it } from 'vitest';
import { createLane, createLanes, LaneFullError } from './lanes.ts';

/** Work that ends when it is told to. */
function makeWork(log: string[], name: string) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { end, work: async () => (log.push(name), await ended) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('a lane runs so many at once in the order they came, lets so many wait, and refuses the rest', async () => {
  const log: string[] = [];
  const lane = createLane({ atOnce: 2, waiting: 1 });
  const works = ['a', 'b', 'c', 'd'].map((name) => makeWork(log, name));
  const runs = works.map(({ work }) => lane.run(work));
  await turn();
  expect(log).toEqual(['a', 'b']);
  expect(runs[3]).toBeUndefined();
  works[1]!.end();
  await runs[1];
  await turn();
  expect(log).toEqual(['a', 'b', 'c']);
  for (const { end } of works) end();
  await Promise.all(runs);
  expect(lane.idle()).toBe(true);
});

it('work that fails gives its place back', async () => {
  const lane = createLane({ atOnce: 1, waiting: 1 });
  await expect(lane.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await lane.run(() => Promise.resolve(1))).toBe(1);
  expect(lane.idle()).toBe(true);
});

it('one key that is stuck leaves room for the others, up to the bound of all', async () => {
  const log: string[] = [];
  const lanes = createLanes({ key: { atOnce: 2, waiting: 9 }, all: { atOnce: 3, waiting: 0 } });
  const stuck = ['a1', 'a2', 'a3'].map((name) => makeWork(log, name));
  const runs = stuck.map(({ work }) => lanes.run('a', work));
  const other = makeWork(log, 'b');
  const otherRun = lanes.run('b', other.work);
  await turn();
  expect(log).toEqual(['a1', 'a2', 'b']);
  await expect(lanes.run('c', () => Promise.resolve())).rejects.toThrow(LaneFullError);
  other.end();
  await otherRun;
  for (const { end } of stuck) end();
  await Promise.all(runs);
});
