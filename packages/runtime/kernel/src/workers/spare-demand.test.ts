import { expect, it } from 'vitest';
import { SpareDemand } from './spare-demand.ts';

it('a kind that was used is kept ready for a while, and no longer', () => {
  const tasks: (() => void)[] = [];
  const less: string[] = [];
  const demand = new SpareDemand({
    always: { node: 1, shell: 1, thread: 0 },
    inDemand: { thread: 2 },
    delay: (_, task) => void tasks.push(task),
    onLess: (kind) => void less.push(`${kind} ${demand.wanted(kind)}`),
  });
  const wait = (): void => tasks.shift()?.();
  expect([demand.wanted('thread'), demand.wanted('node')]).toEqual([0, 1]);

  demand.used('node');
  demand.used('thread');
  expect([demand.wanted('thread'), demand.wanted('node'), tasks.length]).toEqual([2, 1, 1]);
  demand.used('thread');
  wait();
  expect([demand.wanted('thread'), less]).toEqual([2, []]);
  wait();
  expect([demand.wanted('thread'), less, tasks.length]).toEqual([0, ['thread 0'], 0]);
});
