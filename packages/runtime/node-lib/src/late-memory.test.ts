import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { LateMemory } from './late-memory.ts';

/** One builtin, in the layout of src/lazy-set.ts. */
function setOf(id: string, source: string): Uint8Array {
  const index = Buffer.from(JSON.stringify({ [id]: [0, source.length] }));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(index.length, 0);
  head.writeUInt32LE(2, 4);
  return Buffer.concat([head, index, Buffer.from('{}'), Buffer.from(source)]);
}

it('is waited for by a thread that comes too early, and no longer than it may come', async () => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage('waits');
    Atomics.wait(new Int32Array(workerData, 0, 1), 0, 0);
    parentPort.postMessage(new Int32Array(workerData, 0, 1)[0]);`;
  const late = new LateMemory();
  const thread = new Worker(program, { eval: true, workerData: late.memory });
  const heard: unknown[] = [];
  await new Promise<void>((resolve) => {
    thread.on('message', (message) => {
      if (heard.push(message) === 1) late.giveUp();
      else resolve();
    });
  });
  await thread.terminate();
  expect(heard).toEqual(['waits', -1]);
  expect(late.read()).toBeUndefined();
});

it('tells every holder of the memory when the set has arrived', () => {
  const fetched = new LateMemory();
  const elsewhere = new LateMemory(fetched.memory);
  fetched.fill(setOf('a/b', 'the text'));
  expect(elsewhere.read()?.source('a/b')).toBe('the text');
  expect(elsewhere.read()?.source('c')).toBeUndefined();
});
