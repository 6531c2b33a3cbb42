import { parentOf } from './paths.ts';
import { isFolderLike, type Row, rowIndex, type TreeState } from './tree-model.ts';
import type { TreeEvent } from './tree-state.ts';

/** What the keys of the WAI-ARIA tree pattern need to know of an event. */
export interface TreeKey {
  readonly key: string;
  readonly shiftKey: boolean;
  /** The key that adds to a selection on this system: Control, or Command on a Mac. */
  readonly mod: boolean;
}

/** How the focus moves or a folder folds by `key` (WAI-ARIA 1.2, APG "Tree View"); undefined for all other keys. */
export function treeKeyEvent(
  state: TreeState,
  rows: readonly Row[],
  key: TreeKey,
  page: number,
): TreeEvent | undefined {
  const at = rowIndex(rows, state.focused);
  const row = rows[at];
  const to = (index: number): TreeEvent | undefined => {
    const path = rows[Math.max(0, Math.min(rows.length - 1, index))]?.path;
    return path === undefined ? undefined : { type: 'focus', path, mode: key.shiftKey ? 'range' : 'single' };
  };
  const isFolder = row !== undefined && row.kind !== 'new' && isFolderLike(state, row);
  const isOpen = isFolder && state.expanded.has(row.path);
  switch (key.key) {
    case 'ArrowDown':
      return to(at + 1);
    case 'ArrowUp':
      return to(at < 0 ? rows.length - 1 : at - 1);
    case 'PageDown':
      return to(at + page);
    case 'PageUp':
      return to(at - page);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      if (row === undefined) return undefined;
      if (isOpen) return parentOf(rows[at + 1]?.path ?? '') === row.path ? to(at + 1) : undefined;
      return row.kind === 'file' ? undefined : { type: 'expand', path: row.path };
    case 'ArrowLeft':
      if (row === undefined) return undefined;
      if (isOpen) return { type: 'collapse', path: row.path };
      return parentOf(row.path) === '' ? undefined : { type: 'focus', path: parentOf(row.path), mode: 'single' };
    case ' ':
      return row === undefined ? undefined : { type: 'focus', path: row.path, mode: key.mod ? 'toggle' : 'single' };
    case 'a':
      return key.mod ? { type: 'select-all' } : undefined;
    default:
      return undefined;
  }
}
