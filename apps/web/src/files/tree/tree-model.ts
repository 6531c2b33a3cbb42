/**
 * The tree of files as data: which folders are read and open, which rows are chosen, what is being named. Pure; the
 * container's side is create-files.ts, the page's side files-panel.tsx.
 */
import type { Entry } from './directory-entries.ts';
import { childOf, parentOf } from './paths.ts';

/**
 * What is known of one folder.
 *
 *   (not there) ──load──▶ loading ──▶ listed ⇄ failed
 *
 * A failed folder keeps what it showed before.
 */
export interface Directory {
  readonly name: 'loading' | 'listed' | 'failed';
  readonly entries: readonly Entry[];
  /** Why it could not be read, or that not all of it is shown. */
  readonly note?: string | undefined;
}

/** A name being typed in the tree: of what is there, or of what is to come. */
export type NameEdit =
  | { readonly name: 'rename'; readonly path: string }
  | { readonly name: 'new'; readonly parent: string; readonly kind: 'file' | 'folder' };

/** Everything that decides which rows there are and how they look. */
export interface TreeState {
  /** By path; the root is the empty path. Only folders that somebody opened. */
  readonly directories: ReadonlyMap<string, Directory>;
  readonly expanded: ReadonlySet<string>;
  readonly selected: ReadonlySet<string>;
  /** The roving tabindex: this row has 0, all others -1 (APG "Tree View"). */
  readonly focused: string | undefined;
  /** Where Shift's range begins: it stays while the range's other end moves. */
  readonly anchor: string | undefined;
  readonly edit: NameEdit | undefined;
}

/** Its path is one that no entry can have. */
export interface NewRow {
  readonly kind: 'new';
  readonly path: string;
  readonly level: number;
  readonly entryKind: 'file' | 'folder';
}
/** One row from top to bottom. Rows of entries are the directory's own objects: an open folder costs one walk. */
export type Row = Entry | NewRow;

/** The path of the row of something new: no entry can have it. */
export const NEW_ROW_PATH = '\0new';

const EMPTY: readonly Entry[] = [];

/** A tree of which nothing has been read, with these folders open as soon as they are there. */
export function makeTreeState(expanded: readonly string[]): TreeState {
  return {
    directories: new Map(),
    expanded: new Set(expanded),
    selected: new Set(),
    focused: undefined,
    anchor: undefined,
    edit: undefined,
  };
}

/** Empty for a folder that was not read. */
export function entriesOf(state: Pick<TreeState, 'directories'>, folder: string): readonly Entry[] {
  return state.directories.get(folder)?.entries ?? EMPTY;
}

/** The entry at `path`, where its folder has been read. */
export function getEntry(state: TreeState, path: string): Entry | undefined {
  return entriesOf(state, parentOf(path)).find((entry) => entry.path === path);
}

/** Whether the row of `entry` can be opened and closed: a folder, or a link that was found to lead to one. */
export function isFolderLike(state: TreeState, entry: Entry): boolean {
  return entry.kind === 'folder' || (entry.kind === 'link' && state.directories.has(entry.path));
}

/** All rows in order. One step for each row, whatever the depth. */
export function visibleRows(state: Pick<TreeState, 'directories' | 'expanded' | 'edit'>): readonly Row[] {
  const rows: Row[] = [];
  const walk = (folder: string, level: number): void => {
    if (state.edit?.name === 'new' && state.edit.parent === folder)
      rows.push({ kind: 'new', path: NEW_ROW_PATH, level, entryKind: state.edit.kind });
    for (const entry of entriesOf(state, folder)) {
      rows.push(entry);
      if (entry.kind !== 'file' && state.expanded.has(entry.path)) walk(entry.path, level + 1);
    }
  };
  walk('', 1);
  return rows;
}

/** Where the row of `path` is, -1 where it is not shown. */
export function rowIndex(rows: readonly Row[], path: string | undefined): number {
  return path === undefined ? -1 : rows.findIndex((row) => row.path === path);
}

/**
 * The root and the folders that are open, there, and reachable through open folders: these are followed in the
 * container.
 * A folder that went stays open in name only, and is open again when it comes back.
 */
export function openFolders(state: TreeState): readonly string[] {
  const open = [''];
  // Grows while it is walked: what is found is looked into.
  for (const folder of open)
    for (const entry of entriesOf(state, folder))
      if (entry.kind !== 'file' && state.expanded.has(entry.path)) open.push(entry.path);
  return open;
}

/** The folder that something new or pasted goes into: the focused one, else the one around the focused file. */
export function targetFolder(state: TreeState): string {
  if (state.focused === undefined) return '';
  const entry = getEntry(state, state.focused);
  return entry !== undefined && isFolderLike(state, entry) ? entry.path : parentOf(state.focused);
}

/** What a command works on: the selection where the focus is in it, else the focused row alone. */
export function chosenPaths(state: TreeState): readonly string[] {
  const { focused, selected } = state;
  if (focused === undefined) return [];
  return selected.has(focused) ? [...selected] : [focused];
}

/**
 * The next row whose name begins with `typed`, from the row after `from` on and around the end. With more than one
 * letter the row at `from` counts too, so that typing on narrows down. Undefined where there is none.
 */
export function typeAhead(rows: readonly Row[], from: number, typed: string): Row | undefined {
  const wanted = typed.toLowerCase();
  const start = Math.max(0, from) + (typed.length === 1 && from >= 0 ? 1 : 0);
  for (let step = 0; step < rows.length; step++) {
    const row = rows[(start + step) % rows.length];
    if (row !== undefined && row.kind !== 'new' && row.name.toLowerCase().startsWith(wanted)) return row;
  }
  return undefined;
}

/** The folders above `path`, outermost first. */
export function ancestorsOf(path: string): readonly string[] {
  return path
    .split('/')
    .slice(0, -1)
    .reduce<string[]>((above, name) => [...above, childOf(above.at(-1) ?? '', name)], []);
}

/** `paths` without those for which `gone` holds; the same set where none is. */
export function without(paths: ReadonlySet<string>, gone: (path: string) => boolean): ReadonlySet<string> {
  const rest = [...paths].filter((path) => !gone(path));
  return rest.length === paths.size ? paths : new Set(rest);
}
