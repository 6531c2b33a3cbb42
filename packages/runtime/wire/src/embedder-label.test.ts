import { expect, it } from 'vitest';
import { EMBEDDER_SLOTS, embedderLabelOf, isEmbedderLabel, sameEmbedder } from './embedder-label.ts';

const digest = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

it('DI-05 every page of one embedder that lives at once has a label of its own, and all of them are that embedder\u2019s', () => {
  const labels = Array.from({ length: EMBEDDER_SLOTS }, (_, slot) => embedderLabelOf(digest(7), slot));
  expect(new Set(labels).size).toBe(EMBEDDER_SLOTS);
  for (const label of labels) {
    expect(isEmbedderLabel(label)).toBe(true);
    expect(sameEmbedder(label, labels[0]!)).toBe(true);
    expect(sameEmbedder(label, embedderLabelOf(digest(8), 0))).toBe(false);
  }
});

it('DI-05 numbers beyond the limit and what is no label are refused', () => {
  for (const slot of [-1, EMBEDDER_SLOTS, 0.5, Number.NaN])
    expect(() => embedderLabelOf(digest(7), slot)).toThrow('slot is');
  expect(() => embedderLabelOf(new Uint8Array(3), 0)).toThrow('of the digest there are 3 bytes');
  for (const label of ['', 'c1', `e${'0'.repeat(31)}`, `E${'0'.repeat(32)}`]) {
    expect(isEmbedderLabel(label)).toBe(false);
    expect(sameEmbedder(label, label)).toBe(false);
  }
});
