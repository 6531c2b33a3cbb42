import { expect, it } from 'vitest';
import type { Loop } from '../realm/loop.ts';
import { PortTurns } from './port-turns.ts';

function open(): {
  turns: PortTurns;
  endRun: () => void;
  run: () => string;
  port: (name: string, messages: string[]) => { readonly number: number; deliverOne(): boolean; messages: string[] };
} {
  const tasks: (() => void)[] = [];
  const afterRun: (() => void)[] = [];
  const seen: string[] = [];
  const turns = new PortTurns(
    { enqueueUnref: (task: () => void) => void tasks.push(task) } as unknown as Loop,
    (task) => void afterRun.push(task),
  );
  return {
    turns,
    endRun() {
      for (let task = afterRun.shift(); task !== undefined; task = afterRun.shift()) task();
    },
    run() {
      for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task();
      return seen.join(' ');
    },
    port: (name, messages) => ({
      number: turns.nextNumber(),
      messages,
      deliverOne() {
        seen.push(`${name}${messages.shift()}`);
        return messages.length > 0;
      },
    }),
  };
}

it('ports have their turns in the order of their creation, each with all it has', () => {
  const { turns, run, port } = open();
  const [a, b, c] = [port('a', ['1', '2']), port('b', ['3']), port('c', ['4', '5'])];
  for (const each of [c, a, b, a]) turns.want(each);
  expect(run()).toBe('a1 a2 b3 c4 c5');
});

it('what came earlier comes first, whatever the ports', () => {
  const { turns, endRun, run, port } = open();
  const [a, b] = [port('a', ['2']), port('b', ['1'])];
  turns.want(b);
  endRun();
  turns.want(a);
  expect(run()).toBe('b1 a2');
});

it('a port that is never empty leaves the others their turn', () => {
  const { turns, run, port } = open();
  const busy = port(
    'x',
    Array.from({ length: 1500 }, () => ''),
  );
  turns.want(busy);
  const late = port('y', ['!']);
  turns.want(late);
  expect(run().split(' ').indexOf('y!')).toBe(1000);
});
