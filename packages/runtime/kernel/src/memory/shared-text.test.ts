import { describe, expect, it } from 'vitest';
import { SharedText } from './shared-text.ts';

describe('a text shared by threads', () => {
  it('tells each reader once of a change by another', () => {
    const writer = SharedText.create('/home');
    const reader = new SharedText(writer.memory);
    expect(reader.changed()).toBe('/home');
    expect(reader.changed()).toBeUndefined();
    writer.update((text) => `${text}/projekt-ä`);
    expect(reader.changed()).toBe('/home/projekt-ä');
    expect(writer.changed()).toBeUndefined();
  });

  it('grows with its text and refuses what no process could have', () => {
    const shared = SharedText.create('');
    shared.update(() => 'x'.repeat(100_000));
    expect(new SharedText(shared.memory).changed()).toHaveLength(100_000);
    expect(() => shared.update(() => 'x'.repeat(5_000_000))).toThrow(RangeError);
    shared.update((text) => text.slice(0, 3));
    expect(new SharedText(shared.memory).changed()).toBe('xxx');
  });

  it('goes on where a thread ended with the lock in its hands', () => {
    const shared = SharedText.create('a');
    Atomics.store(new Int32Array(shared.memory), 0, 1);
    shared.update((text) => `${text}b`);
    expect(new SharedText(shared.memory).changed()).toBe('ab');
  });
});
