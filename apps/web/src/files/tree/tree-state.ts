import type { Entry } from './directory-entries.ts';
import { isWithin, movedPath } from './paths.ts';
import { ancestorsOf, getEntry, type NameEdit, rowIndex, type TreeState, visibleRows, without } from './tree-model.ts';

/** What happens to the tree: from the container, from keys and from the mouse. */
export type TreeEvent =
  | { readonly type: 'loading'; readonly folder: string }
  | { readonly type: 'listed'; readonly folder: string; readonly entries: readonly Entry[]; readonly note?: string }
  | { readonly type: 'failed'; readonly folder: string; readonly message: string }
  | { readonly type: 'expand' | 'collapse'; readonly path: string }
  | { readonly type: 'collapse-all' }
  /** `single` chooses this row alone, `toggle` adds or takes it, `range` chooses from the anchor to it. */
  | { readonly type: 'focus'; readonly path: string; readonly mode: 'single' | 'toggle' | 'range' }
  /** Stands on another row of the choice, which stays. */
  | { readonly type: 'focus-within'; readonly path: string }
  | { readonly type: 'select-all' }
  /** Nothing is chosen: what comes next is about the project's folder. */
  | { readonly type: 'clear' }
  | { readonly type: 'reveal'; readonly paths: readonly string[] }
  | { readonly type: 'moved'; readonly from: string; readonly to: string }
  | { readonly type: 'edit'; readonly edit: NameEdit | undefined };

/** The tree after `event`: the same object where it changes nothing. The only way from one state to another. */
export function nextTree(state: TreeState, event: TreeEvent): TreeState {
  switch (event.type) {
    case 'loading': {
      if (state.directories.has(event.folder)) return state;
      const directories = new Map(state.directories).set(event.folder, { name: 'loading', entries: [] });
      return { ...state, directories };
    }
    case 'listed':
      return listed(state, event);
    case 'failed': {
      const entries = state.directories.get(event.folder)?.entries ?? [];
      const failed = { name: 'failed', entries, note: event.message } as const;
      return { ...state, directories: new Map(state.directories).set(event.folder, failed) };
    }
    case 'expand':
      return state.expanded.has(event.path) ? state : { ...state, expanded: new Set(state.expanded).add(event.path) };
    case 'collapse':
      return collapsed(state, event.path);
    case 'collapse-all':
      return [...state.expanded].reduce(collapsed, state);
    case 'focus':
      return focused(state, event.path, event.mode);
    case 'focus-within':
      return { ...state, focused: event.path };
    case 'clear':
      return { ...state, focused: undefined, anchor: undefined, selected: new Set() };
    case 'select-all':
      return {
        ...state,
        selected: new Set(visibleRows(state).flatMap((row) => (row.kind === 'new' ? [] : [row.path]))),
      };
    case 'reveal':
      return revealed(state, event.paths);
    case 'moved':
      return moved(state, event.from, event.to);
    case 'edit':
      return edited(state, event.edit);
  }
}

/**
 * The same list again changes nothing, by identity: `nextEntries` gives back the array it had, and rows that
 * stayed are not drawn anew.
 */
function listed(state: TreeState, event: Extract<TreeEvent, { type: 'listed' }>): TreeState {
  const { folder, entries, note } = event;
  const before = state.directories.get(folder);
  if (before?.name === 'listed' && before.entries === entries && before.note === note) return state;
  const directories = new Map(state.directories).set(folder, { name: 'listed', entries, note });
  const next = { ...state, directories };
  if (before === undefined || before.entries === entries) return next;

  const present = new Set(entries.map(({ path }) => path));
  /** Lies in this folder, in a name that is no more. */
  const isGone = (path: string): boolean => {
    if (path === folder || !isWithin(folder, path)) return false;
    const end = path.indexOf('/', folder === '' ? 0 : folder.length + 1);
    return !present.has(end < 0 ? path : path.slice(0, end));
  };
  // What is known of a folder that is gone says nothing about another that comes in its place.
  for (const known of directories.keys()) if (isGone(known)) directories.delete(known);
  return settled(state, {
    ...next,
    selected: without(state.selected, isGone),
    edit: state.edit !== undefined && isGone(placeOf(state.edit)) ? undefined : state.edit,
    focused: state.focused !== undefined && isGone(state.focused) ? undefined : state.focused,
    anchor: state.anchor !== undefined && isGone(state.anchor) ? undefined : state.anchor,
  });
}

/** The row that an input field hangs on: if that row goes, so does what was being typed. */
const placeOf = (edit: NameEdit): string => (edit.name === 'rename' ? edit.path : edit.parent);

/** Whoever stood on a row that is gone stands on the one that took its place. */
function settled(before: TreeState, after: TreeState): TreeState {
  if (after.focused !== undefined || before.focused === undefined) return after;
  const rows = visibleRows(after);
  const at = rowIndex(visibleRows(before), before.focused);
  const path = rows[Math.min(Math.max(0, at), rows.length - 1)]?.path;
  if (path === undefined) return after;
  return {
    ...after,
    focused: path,
    anchor: path,
    selected: after.selected.size === 0 ? new Set([path]) : after.selected,
  };
}

/** What was inside is not chosen any more: nobody acts on what nobody sees. */
function collapsed(state: TreeState, path: string): TreeState {
  if (!state.expanded.has(path)) return state;
  const isInside = (other: string): boolean => other !== path && isWithin(path, other);
  const isFocusInside = state.focused !== undefined && isInside(state.focused);
  const selected = without(state.selected, isInside);
  return {
    ...state,
    expanded: without(state.expanded, (other) => other === path),
    selected: isFocusInside ? new Set(selected).add(path) : selected,
    focused: isFocusInside ? path : state.focused,
    anchor: state.anchor !== undefined && isInside(state.anchor) ? path : state.anchor,
    edit: state.edit !== undefined && isWithin(path, placeOf(state.edit)) ? undefined : state.edit,
  };
}

/** A range goes from the anchor, which stays where it was, so that Shift and an arrow can also shrink it. */
function focused(state: TreeState, path: string, mode: 'single' | 'toggle' | 'range'): TreeState {
  if (mode === 'single') return { ...state, focused: path, anchor: path, selected: new Set([path]) };
  if (mode === 'toggle') {
    const selected = new Set(state.selected);
    if (!selected.delete(path)) selected.add(path);
    return { ...state, focused: path, anchor: path, selected };
  }
  const rows = visibleRows(state);
  const anchor = state.anchor ?? state.focused ?? path;
  const ends = [rowIndex(rows, anchor), rowIndex(rows, path)].sort((a, b) => a - b);
  const range = rows.slice(Math.max(0, ends[0] ?? 0), (ends[1] ?? 0) + 1);
  return {
    ...state,
    focused: path,
    anchor,
    selected: new Set(range.flatMap((row) => (row.kind === 'new' ? [] : [row.path]))),
  };
}

/** The folders above are opened; their entries come when they are read. */
function revealed(state: TreeState, paths: readonly string[]): TreeState {
  const [first] = paths;
  if (first === undefined) return state;
  const expanded = new Set(state.expanded);
  for (const path of paths) for (const above of ancestorsOf(path)) expanded.add(above);
  return { ...state, expanded, focused: first, anchor: first, selected: new Set(paths) };
}

/** Folders that were open stay open under their new name; the entries themselves come with the next reading. */
function moved(state: TreeState, from: string, to: string): TreeState {
  const rename = (path: string): string => movedPath(path, from, to) ?? path;
  return {
    ...state,
    expanded: new Set([...state.expanded].map(rename)),
    selected: new Set([...state.selected].map(rename)),
    focused: state.focused === undefined ? undefined : rename(state.focused),
    anchor: state.anchor === undefined ? undefined : rename(state.anchor),
  };
}

/**
 * A new file or folder opens all that is above its field, or nobody would see it. Renaming what is not there
 * any more is no edit.
 */
function edited(state: TreeState, edit: NameEdit | undefined): TreeState {
  if (edit === undefined) return state.edit === undefined ? state : { ...state, edit };
  if (edit.name === 'rename') return getEntry(state, edit.path) === undefined ? state : { ...state, edit };
  if (edit.parent === '') return { ...state, edit };
  const expanded = new Set(state.expanded).add(edit.parent);
  for (const above of ancestorsOf(edit.parent)) expanded.add(above);
  return { ...state, edit, expanded };
}

/** Whether another name in the folder of `path` is `name`; `path` itself does not count. */
export function isTaken(state: TreeState, folder: string, name: string, except?: string): boolean {
  const directory = state.directories.get(folder);
  return directory?.entries.some((entry) => entry.name === name && entry.path !== except) ?? false;
}
