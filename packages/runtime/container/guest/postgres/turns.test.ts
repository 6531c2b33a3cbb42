import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('TC-09 one has the turn until it passes it, the others in the order they came', async () => {
  const turns = new Turns<{ name: string }>(60_000);
  const [one, two, three] = ['one', 'two', 'three'].map((name) => ({ name }));
  if (one === undefined || two === undefined || three === undefined) throw new Error('Cannot test: three are wanted');
  const order: string[] = [];
  expect(await turns.take(one)).toBe(true);
  // In a transaction it asks again, and needs not wait.
  turns.keep(one);
  expect(await turns.take(one)).toBe(true);
  const both = [two, three].map(async (who) => {
    expect(await turns.take(who)).toBe(true);
    order.push(who.name);
    turns.pass(who);
  });
  turns.pass(two);
  order.push('one');
  turns.pass(one);
  await Promise.all(both);
  expect(order).toEqual(['one', 'two', 'three']);
});

it('TC-09 nobody waits for ever for one that has a transaction open and asks nothing', async () => {
  const turns = new Turns<object>(20);
  const [one, two, three] = [{}, {}, {}];
  await turns.take(one);
  turns.keep(one);
  expect(await turns.take(two)).toBe(false);
  turns.pass(one);
  expect(await turns.take(three)).toBe(true);
});
