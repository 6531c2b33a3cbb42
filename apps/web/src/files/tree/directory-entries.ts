import { naturalKey } from './natural-order.ts';
import { childOf } from './paths.ts';

/** A link is shown as what it is; where it leads is asked when somebody opens it. */
export type EntryKind = 'folder' | 'file' | 'link';

/** One readdir tells both; more would take a stat for each name. */
export interface ListedName {
  readonly name: string;
  readonly kind: EntryKind;
}

/** One name of a directory in its place among the others: what a row shows. */
export interface Entry extends ListedName {
  readonly path: string;
  /** From 1, as `aria-level` counts. */
  readonly level: number;
  /** From 1, as `aria-posinset` counts. */
  readonly position: number;
  readonly setSize: number;
  /** Sorts the names of a directory, folders first. */
  readonly order: string;
}

/** Negative where `a` comes first. A total order: names of a directory are distinct. */
export type CompareEntries = (a: Entry, b: Entry) => number;

const compareOrder: CompareEntries = (a, b) =>
  a.order < b.order ? -1 : a.order > b.order ? 1 : a.name < b.name ? -1 : 1;

/**
 * The entries of `folder` from what was read now and what was known before. Only new names are sorted, and what stays
 * as
 * it is stays the same object: a name more in 50,000 costs one walk, not a sort. `before` itself is returned where
 * nothing has changed.
 */
export function nextEntries(
  folder: string,
  before: readonly Entry[],
  listed: readonly ListedName[],
  compare: CompareEntries = compareOrder,
): readonly Entry[] {
  const level = folder === '' ? 1 : folder.split('/').length + 1;
  const setSize = listed.length;
  const present = new Map(listed.map((one) => [one.name, one.kind]));
  const kept = before.filter((entry) => present.get(entry.name) === entry.kind);
  for (const { name } of kept) present.delete(name);
  if (present.size === 0 && kept.length === before.length) return before;
  const added = [...present].map(([name, kind]): Entry => ({
    name,
    kind,
    path: childOf(folder, name),
    level,
    position: 0,
    setSize,
    order: `${kind === 'folder' ? 0 : 1}${naturalKey(name)}`,
  }));
  const merged = mergeSorted(kept, added.sort(compare), compare);
  return merged.map((entry, at) =>
    entry.position === at + 1 && entry.setSize === setSize ? entry : { ...entry, position: at + 1, setSize },
  );
}

/** Both are in this order already; of equal ones those of `a` come first. */
function mergeSorted(a: readonly Entry[], b: readonly Entry[], compare: CompareEntries): Entry[] {
  const merged: Entry[] = [];
  let next = 0;
  for (const entry of a) {
    for (let other = b[next]; other !== undefined && compare(other, entry) < 0; other = b[++next]) merged.push(other);
    merged.push(entry);
  }
  for (let other = b[next]; other !== undefined; other = b[++next]) merged.push(other);
  return merged;
}
