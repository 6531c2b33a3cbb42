import type { WebContainer } from '@webcontainer/api';
import { type Accessor, createSignal, onCleanup, untrack } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { type Clock, pageClock } from '../clock/clock.ts';
import { createOperations, type Operations } from './operations/create-operations.ts';
import type { Outcome } from './operations/outcome.ts';
import { measureBytes } from './operations/measure-bytes.ts';
import type { ConflictAnswer } from './operations/transfer-plan.ts';
import { createUpload, type Upload } from './transfer/create-upload.ts';
import { makeDownload, saveDownload } from './transfer/download.ts';
import type { Incoming } from './transfer/incoming.ts';
import { createTree, type FileTree } from './tree/create-tree.ts';
import { nameTrouble } from './tree/entry-name.ts';
import { nameOf, parentOf } from './tree/paths.ts';
import { chosenPaths, getEntry, isFolderLike, targetFolder, typeAhead, rowIndex } from './tree/tree-model.ts';
import { isTaken } from './tree/tree-state.ts';

/** `spawn` moves and copies, `export` makes what is downloaded. */
export type FilesContainer = Pick<WebContainer, 'fs' | 'spawn' | 'export' | 'workdir'>;

/** `beforeChange` is awaited, all else is told afterwards. */
export interface FilesEvents {
  readonly onOpen: (path: string) => void;
  readonly onMoved: (from: string, to: string) => void;
  readonly onDeleted: (path: string) => void;
  /** Before anything changes its place: what is typed is written where it belongs. */
  readonly beforeChange: () => Promise<void>;
}

/** The line below the tree: what was done last, or why not. */
export interface FilesStatus {
  readonly tone: 'info' | 'error';
  readonly text: string;
  /** Has a button that takes it back. */
  readonly undoable: boolean;
}

/** One at a time; the operation goes on with its answer. */
export type FilesQuestion =
  | {
      readonly name: 'conflict';
      readonly entry: string;
      /** So many more of the same kind may follow. */
      readonly others: number;
      readonly answer: (answer: ConflictAnswer, all: boolean) => void;
    }
  | { readonly name: 'forever'; readonly text: string; readonly answer: (yes: boolean) => void };

/** Nothing happens to the files before they are pasted, so what was cut stays when the tab closes. */
export interface FilesClipboard {
  readonly verb: 'move' | 'copy';
  readonly paths: readonly string[];
}

/** Everything that a person can do in the panel, by whatever means. */
export interface FilesControl {
  readonly tree: FileTree;
  readonly upload: Upload;
  readonly busy: Accessor<boolean>;
  readonly status: Accessor<FilesStatus | undefined>;
  readonly question: Accessor<FilesQuestion | undefined>;
  readonly clipboard: Accessor<FilesClipboard | undefined>;
  dismiss(): void;
  /** Opens a file, opens or closes a folder. */
  activate(path: string): void;
  unfold(path: string): void;
  startNew(kind: 'file' | 'folder'): void;
  startRename(): void;
  /** Why the name being typed cannot be; undefined where it can. */
  nameTrouble(name: string): string | undefined;
  finishName(name: string): void;
  cancelName(): void;
  remove(): void;
  cut(): void;
  /** What was cut or copied is not to be pasted after all. */
  forgetClipboard(): void;
  copy(): void;
  paste(): void;
  duplicate(): void;
  transfer(paths: readonly string[], folder: string, verb: 'move' | 'copy'): void;
  undo(): void;
  redo(): void;
  download(): void;
  startUpload(folder: string, read: (signal: AbortSignal) => Promise<Incoming>): void;
  /** Goes to the next row that begins with what was typed within the last moment. `atMs` is when, of any clock. */
  typed(letter: string, atMs: number): void;
  refresh(): void;
}

/** Letters that come later than this after the one before begin anew. */
const TYPE_AHEAD_MS = 700;

/** What is asked of it by keys, menus and drags ends in the same operations. */
export function createFilesPanel(
  container: FilesContainer,
  events: FilesEvents,
  clock: Clock = pageClock,
): FilesControl {
  const tree = createTree(container, clock);
  const [status, setStatus] = createSignal<FilesStatus>();
  const { question, askConflict, askForever } = createQuestions();
  const operations = createOperations(container, {
    askConflict,
    askForever,
    beforeChange: events.beforeChange,
    onMoved: (from, to) => {
      tree.dispatch({ type: 'moved', from, to });
      events.onMoved(from, to);
    },
    onDeleted: events.onDeleted,
    reread: (folders) => tree.reread(folders),
  });
  const upload = createUpload(container, operations);

  /** Shows how something ended, and what came of it in the tree. */
  const show = (outcome: Outcome): Outcome => {
    if (outcome.outcome === 'refused') setStatus({ tone: 'error', text: outcome.text, undoable: false });
    if (outcome.outcome !== 'done') return outcome;
    setStatus({ tone: 'info', text: outcome.text, undoable: outcome.undoable });
    if (outcome.paths.length > 0) tree.dispatch({ type: 'reveal', paths: outcome.paths });
    return outcome;
  };
  // Rejections are faults of ours or the container's; what can go wrong for a person is an outcome.
  const run = (work: Promise<Outcome>): void => {
    work.then(show, (error: unknown) => setStatus({ tone: 'error', text: messageOf(error), undoable: false }));
  };
  const unfold = (path: string): void => {
    const entry = getEntry(untrack(tree.state), path);
    if (entry?.kind === 'link') void tree.unfoldLink(path);
    else tree.dispatch({ type: 'expand', path });
  };

  return {
    tree,
    upload,
    busy: operations.busy,
    status,
    question,
    dismiss: () => setStatus(undefined),
    unfold,
    activate(path) {
      const state = untrack(tree.state);
      const entry = getEntry(state, path);
      if (entry === undefined) return;
      if (isFolderLike(state, entry)) tree.dispatch({ type: state.expanded.has(path) ? 'collapse' : 'expand', path });
      else if (entry.kind === 'file') events.onOpen(path);
      else void tree.unfoldLink(path).then((isFolder) => !isFolder && events.onOpen(path));
    },
    ...createNaming(tree, operations, run, show, events.onOpen),
    ...createClipboard(tree, operations, run),
    remove: () => {
      const paths = chosenPaths(untrack(tree.state));
      if (paths.length > 0) run(operations.remove(paths));
    },
    undo: () => run(operations.undo()),
    redo: () => run(operations.redo()),
    download: () => {
      const state = untrack(tree.state);
      const isFolder = (path: string): boolean => getEntry(state, path)?.kind === 'folder';
      makeDownload(container, chosenPaths(state), isFolder, (paths) => measureBytes(container, paths)).then(
        saveDownload,
        (error: unknown) => setStatus({ tone: 'error', text: messageOf(error), undoable: false }),
      );
    },
    startUpload: (folder, read) => run(upload.start(folder, read)),
    typed: makeTypeAhead(tree),
    refresh: () => void tree.refresh(),
  };
}

/** Asks one question at a time; without anybody to answer, as when the panel goes, the answer is no. */
function createQuestions() {
  const [question, setQuestion] = createSignal<FilesQuestion>();
  onCleanup(() => {
    const open = untrack(question);
    if (open?.name === 'conflict') open.answer('cancel', true);
    else open?.answer(false);
  });
  return {
    question,
    askConflict: (entry: string, others: number) =>
      new Promise<{ answer: ConflictAnswer; all: boolean }>((resolve) => {
        const answer = (chosen: ConflictAnswer, all: boolean): void => {
          setQuestion(undefined);
          resolve({ answer: chosen, all });
        };
        setQuestion({ name: 'conflict', entry, others, answer });
      }),
    askForever: (text: string) =>
      new Promise<boolean>((resolve) => {
        const answer = (yes: boolean): void => {
          setQuestion(undefined);
          resolve(yes);
        };
        setQuestion({ name: 'forever', text, answer });
      }),
  };
}

/** Names typed in the tree, of new entries and of old ones. */
function createNaming(
  tree: FileTree,
  operations: Operations,
  run: (work: Promise<Outcome>) => void,
  show: (outcome: Outcome) => Outcome,
  onOpen: (path: string) => void,
): Pick<FilesControl, 'startNew' | 'startRename' | 'nameTrouble' | 'finishName' | 'cancelName'> {
  const cancelName = (): void => tree.dispatch({ type: 'edit', edit: undefined });
  return {
    startNew(kind) {
      tree.dispatch({ type: 'edit', edit: { name: 'new', parent: targetFolder(untrack(tree.state)), kind } });
    },
    startRename() {
      const { focused } = untrack(tree.state);
      if (focused !== undefined) tree.dispatch({ type: 'edit', edit: { name: 'rename', path: focused } });
    },
    nameTrouble(name) {
      const state = untrack(tree.state);
      const { edit } = state;
      if (edit === undefined) return undefined;
      const folder = edit.name === 'new' ? edit.parent : parentOf(edit.path);
      const self = edit.name === 'rename' ? edit.path : undefined;
      return nameTrouble(name, (one) => isTaken(state, folder, one, self));
    },
    finishName(name) {
      const { edit } = untrack(tree.state);
      cancelName();
      if (edit === undefined) return;
      if (edit.name === 'rename') {
        if (name !== nameOf(edit.path)) run(operations.rename(edit.path, name));
        return;
      }
      const made = operations.create(edit.parent, name, edit.kind).then((outcome) => {
        show(outcome);
        const path = outcome.outcome === 'done' ? outcome.paths[0] : undefined;
        if (edit.kind === 'file' && path !== undefined) onOpen(path);
        // Shown already.
        return { outcome: 'cancelled' } as const;
      });
      run(made);
    },
    cancelName,
  };
}

/** Cut, copy and paste. The paths are the panel's own: the machine's clipboard holds no files of a container. */
function createClipboard(
  tree: FileTree,
  operations: Operations,
  run: (work: Promise<Outcome>) => void,
): Pick<FilesControl, 'clipboard' | 'forgetClipboard' | 'cut' | 'copy' | 'paste' | 'duplicate' | 'transfer'> {
  const [clipboard, setClipboard] = createSignal<FilesClipboard>();
  const take = (verb: 'move' | 'copy'): void => {
    const paths = chosenPaths(untrack(tree.state));
    if (paths.length > 0) setClipboard({ verb, paths });
  };
  return {
    clipboard,
    forgetClipboard: () => setClipboard(undefined),
    cut: () => take('move'),
    copy: () => take('copy'),
    paste() {
      const held = untrack(clipboard);
      if (held === undefined) return;
      // What was cut is somewhere else afterwards; what was copied can be pasted again.
      if (held.verb === 'move') setClipboard(undefined);
      run(operations.transfer(held.paths, targetFolder(untrack(tree.state)), held.verb));
    },
    duplicate() {
      const paths = chosenPaths(untrack(tree.state));
      const folder = parentOf(paths[0] ?? '');
      // Each beside itself: of several folders, those of the first.
      run(
        operations.transfer(
          paths.filter((path) => parentOf(path) === folder),
          folder,
          'copy',
        ),
      );
    },
    transfer: (paths, folder, verb) => run(operations.transfer(paths, folder, verb)),
  };
}

/** As WAI-ARIA's tree pattern has it: letters that follow quickly are one beginning. */
function makeTypeAhead(tree: FileTree): (letter: string, atMs: number) => void {
  let text = '';
  let lastMs = -Infinity;
  return (letter, atMs) => {
    text = atMs - lastMs > TYPE_AHEAD_MS ? letter : text + letter;
    lastMs = atMs;
    const rows = untrack(tree.rows);
    const at = rowIndex(rows, untrack(tree.state).focused);
    // The same letter again and again goes from row to row.
    const same = [...text].every((one) => one === text[0]);
    const row = typeAhead(rows, at, same ? letter : text);
    if (row !== undefined) tree.dispatch({ type: 'focus', path: row.path, mode: 'single' });
  };
}
