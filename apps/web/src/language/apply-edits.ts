import { LSPPlugin } from '@codemirror/lsp-client';
import type { WebContainer } from '@webcontainer/api';
import type { ProjectWorkspace } from './project-workspace.ts';
import { pathOf } from './project-uri.ts';
import { applyTextEdits, type FileEdits, type LspPosition } from './text-edits.ts';

/** It has an editor, whose text may be newer than the file's. */
export type ShownFile = NonNullable<ReturnType<ProjectWorkspace['fileAt']>>;

/** `shown` comes before the file: an editor may have what is not written yet. */
export interface EditParts {
  readonly root: string;
  readonly container: Pick<WebContainer, 'fs'>;
  /** The file as the editor shows it, where it does. */
  shown(path: string): ShownFile | undefined;
  /** Where a place of the text that the server knew is now; the text that was told last, if not said. */
  readonly place?: (file: ShownFile, position: LspPosition) => number;
}

/** Throws before anything is changed where an edit cannot be made. Returns how many files were changed. */
export async function applyEdits(files: readonly FileEdits[], parts: EditParts): Promise<number> {
  const { root, container } = parts;
  const place = parts.place ?? placeInTold;
  const writes: (() => Promise<void> | void)[] = [];
  for (const { uri, edits } of files) {
    const path = pathOf(root, uri);
    if (path === undefined || /(^|\/)node_modules\//.test(path))
      throw new Error(`Cannot change "${path ?? uri}": it is no file of the project itself`);
    if (parts.shown(path) !== undefined) {
      // Looked up again: reading the other files takes a while, and tabs are closed meanwhile.
      writes.push(() => editShown(parts.shown(path), edits, place));
      continue;
    }
    const before = await container.fs.readFile(path, 'utf8');
    const after = applyTextEdits(before, edits);
    if (after !== before) writes.push(() => container.fs.writeFile(path, after));
  }
  for (const write of writes) await write();
  return writes.length;
}

/** One transaction, so that it is taken back by one undo. */
function editShown(
  file: ShownFile | undefined,
  edits: FileEdits['edits'],
  place: NonNullable<EditParts['place']>,
): void {
  file?.view.dispatch({
    changes: edits.map(({ range, newText }) => ({
      from: place(file, range.start),
      to: place(file, range.end),
      // The text has one kind of line ends, whichever the server writes.
      insert: newText.replaceAll('\r\n', '\n'),
    })),
    userEvent: 'input.server',
  });
}

/** In the text that the server was told last, moved along with what was typed since. */
function placeInTold({ view }: ShownFile, { line, character }: LspPosition): number {
  const plugin = LSPPlugin.get(view);
  const doc = plugin?.syncedDoc ?? view.state.doc;
  const at = doc.line(Math.min(line + 1, doc.lines));
  const offset = Math.min(at.from + character, at.to);
  return plugin?.unsyncedChanges.mapPos(offset) ?? offset;
}
