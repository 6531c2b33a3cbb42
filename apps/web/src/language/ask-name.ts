import { type EditorView, getDialog, showDialog } from '@codemirror/view';

/** Asks above the text for another name; undefined where nobody gave one. */
export async function askName(view: EditorView, before: string): Promise<string | undefined> {
  const open = getDialog(view, 'rename-dialog');
  if (open !== null) {
    open.dom.querySelector<HTMLInputElement>('input')?.select();
    return undefined;
  }
  const { close, result } = showDialog(view, {
    label: `New name of “${before}”`,
    input: { name: 'name', value: before },
    focus: true,
    submitLabel: 'Rename',
    class: 'rename-dialog',
    top: true,
  });
  const form = await result;
  view.dispatch({ effects: close });
  view.focus();
  const name = form === null ? undefined : new FormData(form).get('name');
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined;
}
