import { matchesKeys } from '../workbench/matches-keys.ts';
import type { FilesControl } from './create-files-panel.ts';
import { treeKeyEvent } from './tree/tree-keys.ts';

/** Commands on what is chosen, with their keys; `Mod` is Control or Command. */
const BINDINGS: readonly (readonly [keys: string, run: (control: FilesControl) => void])[] = [
  ['F2', (control) => control.startRename()],
  ['Delete', (control) => control.remove()],
  ['Mod-Backspace', (control) => control.remove()],
  ['Escape', (control) => control.forgetClipboard()],
  ['Mod-x', (control) => control.cut()],
  ['Mod-c', (control) => control.copy()],
  ['Mod-v', (control) => control.paste()],
  ['Mod-z', (control) => control.undo()],
  ['Mod-Shift-z', (control) => control.redo()],
  ['Mod-y', (control) => control.redo()],
];

/** Does what a key means with the focus in the tree; says whether it means anything. `page` is a page in rows. */
export function runTreeKey(control: FilesControl, event: KeyboardEvent, page: number): boolean {
  const { tree } = control;
  const { focused } = tree.state();
  const mod = event.ctrlKey || event.metaKey;
  if (event.key === 'Enter' && !mod && focused !== undefined) {
    control.activate(focused);
    return true;
  }
  const binding = BINDINGS.find(([keys]) => matchesKeys(keys, event));
  if (binding !== undefined) {
    binding[1](control);
    return true;
  }
  if (event.altKey) return false;
  const moved = treeKeyEvent(tree.state(), tree.rows(), { key: event.key, shiftKey: event.shiftKey, mod }, page);
  if (moved !== undefined) {
    // Whether a link leads to a folder has to be asked.
    if (moved.type === 'expand') control.unfold(moved.path);
    else tree.dispatch(moved);
    return true;
  }
  if (mod || [...event.key].length !== 1 || event.key === ' ') return false;
  // When it was pressed: a busy page hears of it later.
  control.typed(event.key, event.timeStamp);
  return true;
}
