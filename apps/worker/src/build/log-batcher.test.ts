import type { NewLogLine } from '@slipway/db';
import { describe, expect, it } from 'vitest';
import { LogBatcher } from './log-batcher.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function collect(limitBytes = 1e9, limitLines = 1e9) {
  const batches: NewLogLine[][] = [];
  const batcher = new LogBatcher({
    limitBytes,
    limitLines,
    write: async (lines) => void batches.push(lines),
    onError: (error) => expect(error).toBeUndefined(),
  });
  return { batcher, batches, lines: () => batches.flat() };
}

describe('log batcher', () => {
  it('P-14 chunks become lines, whatever their borders, and half a line is kept to the end', async () => {
    const { batcher, lines } = collect();
    const text = bytes('one\r\ntwö\n\nlast');
    for (const byte of text) batcher.push('stdout', Uint8Array.of(byte));
    batcher.push('stderr', bytes('warn'));
    await batcher.flush();
    expect(lines()).toEqual([
      { stream: 'stdout', text: 'one' },
      { stream: 'stdout', text: 'twö' },
      { stream: 'stdout', text: '' },
      { stream: 'stdout', text: 'last' },
      { stream: 'stderr', text: 'warn' },
    ]);
  });

  it('P-14 a batch holds at most 64 KiB, and is written without waiting for more', async () => {
    const { batcher, batches } = collect();
    for (let at = 0; at < 5000; at++) batcher.push('stdout', bytes(`${'x'.repeat(99)}\n`));
    await batcher.flush();
    expect(batches.length).toBeGreaterThan(7);
    for (const batch of batches)
      expect(batch.reduce((sum, line) => sum + line.text.length, 0)).toBeLessThanOrEqual(64 * 1024 + 100);
  });

  it('P-10 100 MB of output end in a mark, in bounded memory, and keep nobody waiting', async () => {
    const { batcher, lines } = collect(1_000_000);
    const chunk = bytes(`${'y'.repeat(999)}\n`.repeat(1000));
    for (let at = 0; at < 100; at++) batcher.push('stdout', chunk);
    await batcher.flush();
    expect(lines().at(-1)).toEqual({ stream: 'system', text: '[output beyond 1000000 bytes is left out]' });
    expect(lines().length).toBeLessThan(2100);
  });

  it('SV-05 ten million empty lines become as many rows as the limit says, in batches of at most 500', async () => {
    const { batcher, batches, lines } = collect(8 * 1024 ** 2, 2000);
    const chunk = bytes('\n'.repeat(1_000_000));
    for (let at = 0; at < 10; at++) batcher.push('stdout', chunk);
    batcher.push('stderr', bytes('half a line'));
    await batcher.flush();
    expect(lines()).toHaveLength(2001);
    expect(lines().at(-1)).toEqual({ stream: 'system', text: '[output beyond 2000 lines is left out]' });
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(500);
  });

  it('SV-05 one chunk larger than the limit is cut inside, and fifty thousand carriage returns end a line at once', async () => {
    const { batcher, lines } = collect(100_000, 1e9);
    batcher.push('stdout', bytes(`${'\r'.repeat(50_000)}x\n${'y'.repeat(1_000_000)}`));
    await batcher.flush();
    expect(lines().reduce((sum, line) => sum + line.text.length, 0)).toBeLessThanOrEqual(100_000 + 50);
    expect(lines().at(-1)!.text).toBe('[output beyond 100000 bytes is left out]');
  });

  it('a line without end becomes several', async () => {
    const { batcher, lines } = collect();
    batcher.push('stdout', bytes('z'.repeat(100_000)));
    await batcher.flush();
    expect(
      lines()
        .map((line) => line.text)
        .join(''),
    ).toBe('z'.repeat(100_000));
    expect(Math.max(...lines().map((line) => line.text.length))).toBe(16 * 1024);
  });

  it('a failed write is told and does not stop the next one', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    const batcher = new LogBatcher({
      limitBytes: 1e6,
      limitLines: 1e6,
      write: async () => {
        calls++;
        throw new Error('gone');
      },
      onError: (error) => errors.push(error),
    });
    batcher.push('stdout', bytes(`${'a'.repeat(70_000)}\nb`));
    await batcher.flush();
    expect(calls).toBe(errors.length);
    expect(calls).toBeGreaterThan(1);
  });
});
