import { expect, it } from 'vitest';
import { Mailbox } from './mailbox.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function pair(): { sender: Mailbox; receiver: Mailbox } {
  const memory = Mailbox.allocate();
  return { sender: new Mailbox(memory), receiver: new Mailbox(memory) };
}

it('records come out in order, each only under its number', () => {
  const { sender, receiver } = pair();
  expect(sender.put(1, bytes(1, 2, 3))).toBe(true);
  expect(sender.put(2, bytes())).toBe(true);
  expect(receiver.take(2)).toBeUndefined();
  expect([...receiver.take(1)!.bytes]).toEqual([1, 2, 3]);
  expect(receiver.take(2)!.bytes.length).toBe(0);
  expect(receiver.take(3)).toBeUndefined();
});

it('a receiver that listens gets nothing here, and can change its mind', () => {
  const { sender, receiver } = pair();
  receiver.setListens(true);
  expect(sender.wanted).toBe(false);
  expect(sender.put(1, bytes(1))).toBe(false);
  receiver.setListens(false);
  expect(sender.put(1, bytes(1))).toBe(true);
});

it('it grows for what is long and begins anew when it was emptied', () => {
  const { sender, receiver } = pair();
  for (let number = 1; number < 200; number++) {
    expect(sender.put(number, new Uint8Array(100_001).fill(number))).toBe(true);
    expect(receiver.take(number)!.bytes.at(-1)).toBe(number);
  }
  expect(sender.memory.byteLength).toBeLessThan(300_000);
  expect(sender.put(200, new Uint8Array(17 * 1024 * 1024))).toBe(false);
});
