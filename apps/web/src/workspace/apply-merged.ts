import type { TreeChange } from '@slipway/contracts';
import { mergeLines } from '@slipway/history/tab';
import type { AppliedEntry, PathContent } from '@slipway/wire';
import type { Api } from '../api/create-api.ts';
import type { FilesPort } from './make-committer.ts';
import type { SavedBytes } from './saved-bytes.ts';

/** Bytes are fetched from the server only for what the merge has changed. */
export interface MergeTarget {
  api: Pick<Api, 'fileAt'>;
  files: FilesPort;
  projectId: string;
  device: string;
}

/** What the server merged, and what the container may have had since. */
export interface Merged {
  /** The container's files are those of the save up to here. */
  cursor: number;
  snapshotId: string;
  changes: readonly TreeChange[];
}

/** Somebody writes a file at every moment that it is looked at: then both stay. */
const ATTEMPTS = 5;

/**
 * Puts what another device changed into the container. A file that was written since
 * the save is merged once more, here; what cannot be merged stands beside it.
 */
export async function applyMerged(target: MergeTarget, bytes: SavedBytes, merged: Merged): Promise<void> {
  const { files } = target;
  let left = await fetchEntries(target, merged);
  // What both sides had when the save was made: the base of a second merge.
  const before = new Map(left.map(({ path }) => [path, bytes.get(path)]));
  for (const entry of left) if (entry.kind === 'file') bytes.set(entry.path, entry.bytes);
  for (let attempt = 0, { cursor } = merged; left.length > 0; attempt++) {
    const kept = new Set(await files.apply(cursor, left));
    const waiting = left.filter(({ path }) => kept.has(path));
    if (waiting.length === 0) return;
    ({ cursor } = await files.changes({ since: cursor }));
    const now = await files.readPaths(waiting.map(({ path }) => path));
    left = waiting.flatMap((theirs, at) => settle(theirs, now[at], before.get(theirs.path), attempt, target.device));
  }
}

/** What is to be at a path that was written while it was merged, or at one beside it. */
function settle(
  theirs: AppliedEntry,
  mine: PathContent | undefined,
  base: Uint8Array | undefined,
  attempt: number,
  device: string,
): AppliedEntry[] {
  // A change wins over a deletion; whoever deleted a moment ago does it again.
  if (theirs.kind !== 'file' || mine === undefined) return [];
  if (mine.kind === 'gone') return [theirs];
  if (mine.kind !== 'file') return [];
  const text = (content: Uint8Array): string => new TextDecoder().decode(content);
  if (base !== undefined && attempt < ATTEMPTS) {
    const lines = mergeLines(text(base), text(mine.bytes), text(theirs.bytes));
    if (lines.outcome === 'merged') return [{ ...theirs, bytes: new TextEncoder().encode(lines.text) }];
  }
  const dot = theirs.path.lastIndexOf('.');
  const end = dot > theirs.path.lastIndexOf('/') + 1 ? dot : theirs.path.length;
  return [{ ...theirs, path: `${theirs.path.slice(0, end)}.not-${device}${theirs.path.slice(end)}` }];
}

async function fetchEntries({ api, projectId }: MergeTarget, { changes, snapshotId }: Merged): Promise<AppliedEntry[]> {
  const entries: AppliedEntry[] = [];
  for (const change of changes) {
    if (change.kind !== 'file') entries.push(change);
    else {
      const { kind, path, mode } = change;
      entries.push({ kind, path, mode, bytes: await api.fileAt(projectId, snapshotId, path) });
    }
  }
  return entries;
}
