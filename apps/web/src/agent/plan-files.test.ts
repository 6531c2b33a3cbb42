import { describe, expect, it } from 'vitest';
import { planFiles, type RunFiles } from './plan-files.ts';

/** States of a project: what each path holds. */
type States = Record<string, Record<string, string>>;

const differIn =
  (states: States) =>
  async (from: string, to: string): Promise<ReadonlySet<string>> => {
    const [a, b] = [states[from]!, states[to]!];
    return new Set([...Object.keys(a), ...Object.keys(b)].filter((path) => a[path] !== b[path]));
  };
const runIn = async (states: States, before: string, after: string): Promise<RunFiles> => ({
  before,
  after,
  paths: [...(await differIn(states)(before, after))],
});

describe('files that come back', () => {
  it('are those that the runs changed, made or deleted, each from before the first run that touched it', async () => {
    const states: States = {
      one: { a: '1', b: '1', mine: '1' },
      two: { a: '2', b: '1', mine: '1' },
      three: { a: '2', b: 'typed by me', mine: '2' },
      four: { a: '3', fresh: '1', mine: '2' },
    };
    const runs = [await runIn(states, 'one', 'two'), await runIn(states, 'three', 'four')];
    expect(await planFiles(runs, 'four', differIn(states))).toEqual([
      { path: 'a', snapshotId: 'one', edited: false },
      // Not from "one": what I typed before the second run is not the agent's.
      { path: 'b', snapshotId: 'three', edited: false },
      { path: 'fresh', snapshotId: 'three', edited: false },
    ]);
  });

  it('say where somebody edited them since, or between two runs; what is back already is left alone', async () => {
    const states: States = {
      one: { since: '1', between: '1', back: '1' },
      two: { since: '2', between: '2', back: '2' },
      three: { since: '2', between: 'mine', back: '2' },
      four: { since: '2', between: '4', back: '2' },
      now: { since: 'mine', between: '4', back: '1' },
    };
    const runs = [await runIn(states, 'one', 'two'), await runIn(states, 'three', 'four')];
    expect(await planFiles(runs, 'now', differIn(states))).toEqual([
      { path: 'between', snapshotId: 'one', edited: true },
      { path: 'since', snapshotId: 'one', edited: true },
    ]);
    expect(await planFiles([], 'now', differIn(states))).toEqual([]);
  });
});
