import type { Accessor } from 'solid-js';
import type { TextPosition } from '../workbench/feature.ts';

/** A text that never changes and is made into a string only when it is written. */
export interface LazyText {
  toString(): string;
}

/**
 * What a tab shows of its file.
 *
 *   reading ──▶ text, binary or failed ──▶ whichever a program makes of it
 */
export type FileContent =
  | { readonly name: 'reading' }
  /** `text` as it was read, or as a program left it: what is typed is the editor's own. */
  | { readonly name: 'text'; readonly text: string }
  | { readonly name: 'binary'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly name: 'failed'; readonly message: string };

/** What a program did to the file under the text in the tab. */
export type FileTrouble =
  /** The text is in the tab alone; a key or "Write again" brings the file back. */
  | { readonly name: 'deleted' }
  /** Both sides changed the same lines: nothing is written until somebody has chosen. */
  | { readonly name: 'conflict'; readonly theirs: string };

/** Where somebody was in a text, in UTF-16 units; it outlives the page. */
export interface TextView {
  readonly anchor: number;
  readonly head: number;
  /** The line at the upper edge, by a position in it, and how many pixels of it are above the edge. */
  readonly top: number;
  readonly above: number;
}

/** One file in a tab, for as long as the tab is there. */
export interface OpenFile {
  /** `file-` and a number: what the layout calls the tab. */
  readonly id: string;
  /** A signal, as a file that is moved keeps its tab, its text and its undo history. */
  readonly path: Accessor<string>;
  readonly content: Accessor<FileContent>;
  readonly trouble: Accessor<FileTrouble | undefined>;
  /** Whether something was typed that is not in the container yet. */
  readonly unwritten: Accessor<boolean>;
  /** Where the tab is asked to go; a new object for every time. */
  readonly goal: Accessor<Goal | undefined>;
  /** Counts how often the tab came to the front, or went elsewhere with its body. */
  readonly shown: Accessor<number>;
  /** Mutable: nothing follows it, it is read when the tab is made and when the workbench is stored. */
  view: TextView | undefined;
}

/** The keyboard goes into the text, at a place of it where one is named. Both from 1. */
export interface Goal {
  readonly at?: TextPosition | undefined;
}
