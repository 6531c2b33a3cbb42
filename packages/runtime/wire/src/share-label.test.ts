import { expect, it } from 'vitest';
import { isEmbedderLabel } from './embedder-label.ts';
import { hostLabel } from './host-label.ts';
import { isShareLabel, shareLabelOf } from './share-label.ts';

it('UX-15 each share has a host of its own, whose label is none of an embedder or a project', () => {
  const [one, two] = [shareLabelOf('ab'.repeat(32)), shareLabelOf('cd'.repeat(32))];
  expect(one).not.toBe(two);
  for (const label of [one, two]) {
    expect([isShareLabel(label), isEmbedderLabel(label), hostLabel.safeParse(label).success]).toEqual([
      true,
      false,
      true,
    ]);
  }
  for (const label of ['', 's1', `c${'0'.repeat(20)}`, `S${'0'.repeat(31)}`]) expect(isShareLabel(label)).toBe(false);
  expect(() => shareLabelOf('token')).toThrow('"token" is no hash');
});
