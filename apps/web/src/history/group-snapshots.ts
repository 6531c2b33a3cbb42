import type { Snapshot } from '@slipway/contracts';

/** Saves that follow each other this closely are one line: nobody looks for a single second of typing. */
const TOGETHER_US = 5 * 60 * 1_000_000;

/** One save, or several in a row. */
export interface TimelineEntry {
  /** The newest of the saves it stands for. */
  readonly snapshot: Snapshot;
  /** What stood before them; null where the project began with them. */
  readonly before: string | null;
  readonly count: number;
  readonly name: string | undefined;
}

/**
 * The lines of a timeline, newest first, of snapshots in the same order. What was named, or is more than a save, is a
 * line of its own.
 */
export function groupSnapshots(
  snapshots: readonly Snapshot[],
  names: ReadonlyMap<string, string>,
): readonly TimelineEntry[] {
  const groups: Snapshot[][] = [];
  for (const snapshot of snapshots) {
    const group = groups.at(-1);
    const first = group?.[0];
    const isPlain = (each: Snapshot): boolean => each.kind === 'save' && each.device === first?.device;
    if (
      group !== undefined &&
      first !== undefined &&
      !names.has(snapshot.id) &&
      isPlain(snapshot) &&
      first.kind === 'save' &&
      first.createdAt - snapshot.createdAt <= TOGETHER_US
    )
      group.push(snapshot);
    else groups.push([snapshot]);
  }
  return groups.flatMap((group, at) => {
    const [snapshot] = group;
    if (snapshot === undefined) return [];
    const oldest = group.at(-1) ?? snapshot;
    const before = groups[at + 1]?.[0]?.id ?? oldest.parentId;
    return [{ snapshot, before, count: group.length, name: names.get(snapshot.id) }];
  });
}

const KINDS: Readonly<Record<Snapshot['kind'], string>> = {
  save: 'Saved',
  merge: 'Merged with another device',
  checkpoint: 'Checkpoint',
  restore: 'Restored',
  publish: 'Published',
  push: 'Pushed with git',
  import: 'Imported',
  fork: 'Forked',
};

/** What a person reads of a line, without its time. */
export function entryText({ snapshot, count, name }: TimelineEntry): string {
  if (name !== undefined) return name;
  const what = KINDS[snapshot.kind];
  return count > 1 ? `${what} ${count} times` : what;
}
