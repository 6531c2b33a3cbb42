import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Errno } from '@slipway/posix';
import { Ring } from './ring.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('Ring', () => {
  it('gives back what was written, across the wrap', () => {
    const ring = new Ring(Ring.allocate(16), 1);
    const into = new Uint8Array(16);
    for (let round = 0; round < 20; round++) {
      expect(ring.writeSome(bytes('abcdefghijk'))).toBe(11);
      expect(ring.readSome(into)).toBe(11);
      expect(new TextDecoder().decode(into.subarray(0, 11))).toBe('abcdefghijk');
    }
  });

  it('takes only what fits and says so', () => {
    const ring = new Ring(Ring.allocate(8), 1);
    expect(ring.writeSome(bytes('0123456789'))).toBe(8);
    expect(ring.space).toBe(0);
    expect(ring.writeSome(bytes('x'))).toBe(0);
  });

  it('ends for the reader only after the last byte', () => {
    const ring = new Ring(Ring.allocate(8), 1);
    ring.writeSome(bytes('ab'));
    ring.closeWriters();
    expect(ring.ended).toBe(false);
    ring.readSome(new Uint8Array(8));
    expect(ring.ended).toBe(true);
  });

  it('TC-07 tells its reader by which error it was broken off', () => {
    const ring = new Ring(Ring.allocate(8), 1);
    ring.resetWriters(Errno.ECONNREFUSED);
    expect([ring.wasReset, ring.ended, ring.resetError]).toEqual([true, true, Errno.ECONNREFUSED]);
    const other = new Ring(Ring.allocate(8), 1);
    other.resetWriters();
    expect(other.resetError).toBe(Errno.ECONNRESET);
  });

  it('is usable again after its locker was terminated', () => {
    const memory = Ring.allocate(8);
    // A worker in slot 7 died holding both locks.
    new Int32Array(memory, 0, 8).set([8, 8], 3);
    const ring = new Ring(memory, 1);
    ring.breakLocks(7);
    expect(ring.writeSome(bytes('ok'))).toBe(2);
  });

  it('moves megabytes between two blocked workers without loss', async () => {
    const memory = Ring.allocate(4096);
    const total = 3_000_000;
    // The writer is its own program: it only shares the memory and the layout.
    const writer = new Worker(new URL('./ring-writer.test-worker.mjs', import.meta.url), {
      workerData: { memory, total },
    });
    const ring = new Ring(memory, 2);
    const into = new Uint8Array(1000);
    let sum = 0;
    let count = 0;
    for (;;) {
      const read = ring.readSome(into);
      for (let i = 0; i < read; i++) {
        sum = (sum + (into[i] ?? 0) * ((count + i) % 251)) % 1_000_003;
      }
      count += read;
      if (count === total) break;
      await ring.whenReadable();
    }
    let expected = 0;
    for (let i = 0; i < total; i++) expected = (expected + (i % 256) * (i % 251)) % 1_000_003;
    expect(sum).toBe(expected);
    await writer.terminate();
  });
});
