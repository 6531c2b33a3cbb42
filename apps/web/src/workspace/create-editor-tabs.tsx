import type { Extension } from '@codemirror/state';
import { createMemo, createSignal, mapArray, type Accessor, type Signal } from 'solid-js';
import type { CursorState } from '../editor/code-editor.tsx';
import type { OpenFiles } from '../editor/create-open-files.ts';
import { makeFileTab, shortName } from '../editor/make-file-tab.tsx';
import type { LazyText, OpenFile } from '../editor/open-file.ts';
import type { DockTab } from '../workbench/dock-tab.ts';
import type { Question } from '../workbench/feature.ts';

/** `extend` may be fulfilled after the text is shown. */
export interface EditorTabsOptions {
  readonly files: OpenFiles;
  ask(question: Question): Promise<boolean>;
  onView(): void;
  /** The newest state of the server's copy: what was typed before is no longer marked. */
  readonly saved: Accessor<boolean>;
  extend(path: string): readonly Promise<Extension>[];
}

/** The tabs of all open files. */
export interface EditorTabs {
  readonly tabs: Accessor<readonly DockTab[]>;
  /** Where the cursor is in a file; undefined until its text was shown. */
  cursorIn(file: OpenFile): CursorState | undefined;
  close(file: OpenFile): void;
}

/** Makes a tab for every open file, and asks before one is closed whose text is nowhere else. */
export function createEditorTabs({ files, ask, onView, saved, extend }: EditorTabsOptions): EditorTabs {
  const cursors = new WeakMap<OpenFile, Signal<CursorState | undefined>>();
  const cursorOf = (file: OpenFile): Signal<CursorState | undefined> => {
    const known = cursors.get(file) ?? createSignal<CursorState>();
    cursors.set(file, known);
    return known;
  };
  /** Files with something that the server does not have. */
  const [edited, setEdited] = createSignal<ReadonlySet<OpenFile>>(new Set());
  const dirty = (file: OpenFile): boolean => edited().has(file) && !saved();
  /** After a save the set begins anew: what it held then is on the server. */
  const onEdit = (file: OpenFile, text: LazyText): void => {
    files.edit(file, text);
    if (!edited().has(file) || saved()) setEdited((before) => new Set([...(saved() ? [] : before), file]));
  };
  /** A conflict is settled for the program's side, as its text is the one that remains. */
  const close = async (file: OpenFile): Promise<void> => {
    const trouble = file.trouble();
    if (trouble !== undefined) {
      const yes = await ask({
        title: `Close “${file.path()}”?`,
        text:
          trouble.name === 'deleted'
            ? 'The file was deleted. Its text is in this tab alone.'
            : 'A program changed the lines that you changed. What you typed is in this tab alone.',
        confirm: 'Close without it',
        danger: true,
      });
      if (!yes) return;
      if (trouble.name === 'conflict') files.settle(file, 'theirs');
    }
    files.close(file);
  };
  const paths = createMemo(() => files.files().map((file) => file.path()));
  const tabs = createMemo(
    mapArray(files.files, (file) =>
      makeFileTab({
        file,
        files,
        onEdit,
        onCursor: cursorOf(file)[1],
        onView,
        extend,
        onClose: () => void close(file),
        title: () => shortName(file.path(), paths()),
        dirty: () => dirty(file),
      }),
    ),
  );
  return { tabs, cursorIn: (file) => cursorOf(file)[0](), close: (file) => void close(file) };
}
