import { indentWithTab, redo } from '@codemirror/commands';
import { presentableDiff } from '@codemirror/merge';
import { Annotation, Compartment, EditorSelection, EditorState, Transaction } from '@codemirror/state';
import type { Extension, StateEffect, Text } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { createEffect, on, onCleanup, onMount } from 'solid-js';
import { basicSetup } from './basic-setup.ts';
import type { TextPosition } from '../workbench/feature.ts';
import { languageOf } from './language-of.ts';
import { lineEndsOf, type LineEnds } from './line-ends.ts';
import type { FileContent, LazyText, OpenFile, TextView } from './open-file.ts';
import { textTheme } from './text-theme.ts';

/** Of the main selection: line and column from 1, `selected` in UTF-16 units. */
export interface CursorState {
  readonly line: number;
  readonly column: number;
  readonly selected: number;
}

/** The editor owns the text while it is typed; a new `content` is what a program wrote to the file. */
export interface CodeEditorProps {
  file: OpenFile;
  content: Extract<FileContent, { name: 'text' }>;
  onEdit: (text: LazyText) => void;
  onCursor: (cursor: CursorState) => void;
  /** Where somebody is now was stored in `file.view`. */
  onView: () => void;
  /** What others add to the text of a file with this path, whenever they are ready. */
  extend: (path: string) => readonly Promise<Extension>[];
  /** Takes the text as it stands; for those who write it again. */
  onReady?: (text: () => LazyText) => void;
}

/** Marks the transaction that brings what a program wrote: nobody typed it. */
const fromDisk = Annotation.define<true>();
/** A larger difference is replaced as one piece: a person would wait for the exact one. */
const DIFF_LIMITS = { scanLimit: 500, timeout: 100 };

/**
 * The text of one open file, for as long as its tab is there: hidden, it keeps undo,
 * cursor and scroll. Keys reach the file through `onEdit`; what programs write arrives as `content`.
 */
export function CodeEditor(props: CodeEditorProps) {
  let element: HTMLDivElement | undefined;
  onMount(() => {
    if (element === undefined) return;
    const view = new EditorView({ parent: element });
    onCleanup(() => view.destroy());
    const naming = new Compartment();
    const additions = makeAdditions(view, props);
    let ends: LineEnds = 'lf';
    const text = (): LazyText => lazily(view.state.doc, ends === 'crlf');
    props.onReady?.(text);

    const followed = EditorView.updateListener.of((update) => {
      const { transactions, state } = update;
      const byHand = transactions.some((each) => each.docChanged && each.annotation(fromDisk) === undefined);
      if (byHand) props.onEdit(text());
      if (update.selectionSet || update.docChanged) {
        props.onCursor(cursorOf(state));
        remember();
      }
    });
    /** Everything anew, the undo history too: what it holds was of other line ends. */
    const load = (loaded: string): void => {
      ends = lineEndsOf(loaded);
      const extensions = [naming.of(extensionsFor(props.file.path())), baseExtensions(ends), followed, additions.now()];
      view.setState(EditorState.create({ doc: loaded, extensions }));
      goTo(view, props.file.view);
      props.onCursor(cursorOf(view.state));
    };
    /** Whether the text is scrolled to where somebody was: until then nobody is anywhere else. */
    let settled = false;
    /** With the next frame's own measuring: asked for at every key, the page would be laid out once more for each. */
    const remember = (): void =>
      view.requestMeasure({
        key: props.file,
        // A hidden text has no upper edge, and one that has just come is not yet where it was.
        read: () => (settled && view.scrollDOM.clientHeight > 0 ? viewOf(view) : undefined),
        write(seen) {
          if (seen === undefined) return;
          props.file.view = seen;
          props.onView();
        },
      });
    view.scrollDOM.addEventListener('scroll', remember, { passive: true });

    // Taken out of the document, an element forgets how far it was scrolled.
    const restore = (): void => {
      settled = false;
      if (props.file.view !== undefined) view.dispatch({ effects: scrollEffect(view, props.file.view) });
      view.requestMeasure({ read: () => undefined, write: () => (settled = true) });
    };
    let height = 0;
    const observer = new ResizeObserver(() => {
      const now = view.scrollDOM.clientHeight;
      if (height === 0 && now > 0) restore();
      height = now;
    });
    observer.observe(view.scrollDOM);
    onCleanup(() => observer.disconnect());
    createEffect(on(props.file.shown, restore, { defer: true }));

    let loaded = false;
    createEffect(
      // The content alone: a new name of the file brings no text, and the one that is kept here is an older one.
      on(
        () => props.content,
        ({ text: next }) => {
          // An edit or a program's write is no reason to load: cursor, scroll and undo would be gone.
          if (!loaded || lineEndsOf(next) !== ends) load(next);
          else mergeFromDisk(view, ends === 'crlf' ? next.replaceAll('\r\n', '\n') : next);
          if (!loaded) additions.ask(props.file.path());
          loaded = true;
        },
      ),
    );
    createEffect(
      on(
        props.file.path,
        (path) => {
          view.dispatch({ effects: naming.reconfigure(extensionsFor(path)) });
          additions.ask(path);
        },
        { defer: true },
      ),
    );
    createEffect(() => {
      const goal = props.file.goal();
      if (goal === undefined) return;
      if (goal.at !== undefined) goToPosition(view, goal.at);
      // The tab may be on its way to the front.
      requestAnimationFrame(() => view.focus());
    });
  });
  return <div class="editor" ref={element} />;
}

/** What others add to a text; they are asked again when it has another path. */
function makeAdditions(view: EditorView, { extend }: Pick<CodeEditorProps, 'extend'>) {
  const compartment = new Compartment();
  let added: Extension[] = [];
  let asked = 0;
  const show = (): void => view.dispatch({ effects: compartment.reconfigure(added) });
  onCleanup(() => asked++);
  return {
    now: () => compartment.of(added),
    ask(path: string): void {
      const mine = ++asked;
      if (added.length > 0) {
        added = [];
        show();
      }
      for (const adding of extend(path)) {
        adding.then(
          (extension) => {
            if (mine !== asked) return;
            added = [...added, extension];
            show();
          },
          (error: unknown) => console.warn(`Nothing is added to the text of "${path}":`, error),
        );
      }
    },
  };
}

function extensionsFor(path: string): Extension[] {
  return [
    languageOf(path),
    EditorView.contentAttributes.of({
      tabindex: '0',
      'aria-label': `Text of ${path}`,
      'aria-description': 'Tab indents. Escape, then Tab leaves the text.',
    }),
  ];
}

/** Nothing of it depends on the file's name; of the file it has only the kind of line ends. */
function baseExtensions(ends: LineEnds): Extension[] {
  return [
    basicSetup,
    textTheme,
    EditorView.lineWrapping,
    // Escape, then Tab leaves the editor.
    keymap.of([indentWithTab, { key: 'Mod-Shift-z', run: redo, preventDefault: true }]),
    // Split at every kind of line end, a mixed text would come out with one kind.
    ends === 'mixed' ? EditorState.lineSeparator.of('\n') : [],
  ];
}

/** The text in the file's own line ends; made when it is written, not at every key. */
function lazily(doc: Text, crlf: boolean): LazyText {
  return { toString: () => (crlf ? doc.toString().replaceAll('\n', '\r\n') : doc.toString()) };
}

/**
 * One transaction with the differing pieces only: the cursor stays in its
 * words, and undo takes back what was typed, not what the program did.
 */
function mergeFromDisk(view: EditorView, text: string): void {
  const shown = view.state.doc.toString();
  if (text === shown) return;
  const pieces = presentableDiff(shown, text, DIFF_LIMITS);
  view.dispatch({
    changes: pieces.map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: text.slice(fromB, toB) })),
    annotations: [fromDisk.of(true), Transaction.addToHistory.of(false)],
  });
}

function cursorOf(state: EditorState): CursorState {
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  return { line: line.number, column: main.head - line.from + 1, selected: main.to - main.from };
}

function viewOf(view: EditorView): TextView {
  const { main } = view.state.selection;
  // Heights of lines count from below the padding.
  const height = view.scrollDOM.scrollTop - view.documentPadding.top;
  const first = view.lineBlockAtHeight(height);
  return { anchor: main.anchor, head: main.head, top: first.from, above: Math.round(height - first.top) };
}

/** A text may have become shorter than it was when somebody was there. */
function goTo(view: EditorView, seen: TextView | undefined): void {
  if (seen === undefined) return;
  const within = (at: number): number => Math.min(at, view.state.doc.length);
  view.dispatch({
    selection: EditorSelection.single(within(seen.anchor), within(seen.head)),
    effects: scrollEffect(view, seen),
  });
}

function scrollEffect(view: EditorView, { top, above }: TextView): StateEffect<unknown> {
  const line = view.state.doc.lineAt(Math.min(top, view.state.doc.length));
  return EditorView.scrollIntoView(line.from, { y: 'start', yMargin: -above });
}

/** A place behind the text's or the line's end is that end: the file may have changed since the place was told. */
function goToPosition(view: EditorView, at: TextPosition): void {
  const line = view.state.doc.line(Math.max(1, Math.min(at.line, view.state.doc.lines)));
  const head = Math.min(line.to, line.from + Math.max(0, at.column - 1));
  const end = Math.min(view.state.doc.length, head + (at.length ?? 0));
  view.dispatch({
    selection: EditorSelection.range(head, end),
    effects: EditorView.scrollIntoView(head, { y: 'center' }),
  });
}
