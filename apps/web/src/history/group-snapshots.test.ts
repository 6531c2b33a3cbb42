import type { Snapshot } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { entryText, groupSnapshots } from './group-snapshots.ts';

/** Newest first, each made so many seconds before the one above it. */
function history(...made: readonly { after?: number; kind?: Snapshot['kind']; device?: string }[]): Snapshot[] {
  let atS = 10_000;
  return made.map(({ after = 1, kind = 'save', device = 'a' }, index) => {
    atS -= after;
    return {
      id: `id-${index}`,
      projectId: 'p',
      parentId: index === made.length - 1 ? null : `id-${index + 1}`,
      commit: 'c',
      kind,
      device,
      message: null,
      revision: made.length - index,
      files: 1,
      bytes: 1,
      createdAt: atS * 1_000_000,
    };
  });
}
const lines = (snapshots: readonly Snapshot[], names: Record<string, string> = {}): string[] =>
  groupSnapshots(snapshots, new Map(Object.entries(names))).map(
    (entry) => `${entryText(entry)} (${entry.snapshot.id}, before ${entry.before ?? 'nothing'})`,
  );

describe('UX-13 the timeline', () => {
  it('has one line for saves that follow each other, of one device, within five minutes', () => {
    expect(lines(history({}, {}, { after: 400 }, {}))).toEqual([
      'Saved 2 times (id-0, before id-2)',
      'Saved 2 times (id-2, before nothing)',
    ]);
    expect(lines(history({}, { device: 'b' }, {}))).toEqual([
      'Saved (id-0, before id-1)',
      'Saved (id-1, before id-2)',
      'Saved (id-2, before nothing)',
    ]);
  });

  it('gives what is more than a save, and what was named, a line of its own', () => {
    expect(lines(history({}, { kind: 'restore' }, {}, {}), { 'id-2': 'Before the change' })).toEqual([
      'Saved (id-0, before id-1)',
      'Restored (id-1, before id-2)',
      'Before the change (id-2, before nothing)',
    ]);
  });

  it('knows what stood before the last line of a page', () => {
    const page = history({}, { after: 400 }, { after: 400 }).slice(0, 2);
    expect(lines(page)).toEqual(['Saved (id-0, before id-1)', 'Saved (id-1, before id-2)']);
  });
});
