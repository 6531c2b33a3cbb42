import type { WebContainer } from '@webcontainer/api';
import { createSignal, type Setter } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { FileContent, FileTrouble, Goal, LazyText, OpenFile } from './open-file.ts';

/** Only its file system: an editor starts no programs. */
export type FileContainer = Pick<WebContainer, 'fs'>;

/** Beyond this an editor is no help. */
const MAX_TEXT_BYTES = 2_000_000;

/** What is known of one open file besides what is shown of it. */
export interface Entry extends OpenFile {
  readonly setPath: Setter<string>;
  readonly setContent: Setter<FileContent>;
  readonly setTrouble: Setter<FileTrouble | undefined>;
  readonly setUnwritten: Setter<boolean>;
  readonly setGoal: Setter<Goal | undefined>;
  readonly setShown: Setter<number>;
  /** The text on which both sides built: as it was last read or written. */
  base: string | undefined;
  /** What was typed and is not in the container yet. */
  mine: LazyText | undefined;
  asked: boolean;
  closed: boolean;
}

/** `reading` until somebody calls `load`. */
export function makeEntry(id: string, path: string): Entry {
  const [pathNow, setPath] = createSignal(path);
  const [content, setContent] = createSignal<FileContent>({ name: 'reading' });
  const [trouble, setTrouble] = createSignal<FileTrouble>();
  const [unwritten, setUnwritten] = createSignal(false);
  const [goal, setGoal] = createSignal<Goal>();
  const [shown, setShown] = createSignal(0);
  return {
    id,
    path: pathNow,
    content,
    trouble,
    unwritten,
    goal,
    shown,
    view: undefined,
    setPath,
    setContent,
    setTrouble,
    setUnwritten,
    setGoal,
    setShown,
    base: undefined,
    mine: undefined,
    asked: false,
    closed: false,
  };
}

/**
 * Brings what was typed into the container: first what a program wrote meanwhile is
 * merged into it. Throws where that cannot be, or the container refuses.
 */
export async function writeEntry(container: FileContainer, entry: Entry): Promise<void> {
  if (entry.mine === undefined) return;
  const path = entry.path();
  const disk = await readContent(container, path);
  if (disk.name === 'text' && disk.text !== entry.base) await takeIn(entry, disk.text);
  const text = entry.mine;
  // Taken in, it may be just what is on the disk.
  if (text === undefined) return;
  const written = text.toString();
  try {
    await container.fs.writeFile(path, written);
  } catch (error) {
    throw new Error(`Cannot write "${path}": ${messageOf(error)}`, { cause: error });
  }
  entry.base = written;
  entry.setTrouble(undefined);
  if (entry.mine !== text) return;
  entry.mine = undefined;
  entry.setUnwritten(false);
}

/** Merges a program's text into what was typed. Throws where both changed the same lines. */
async function takeIn(entry: Entry, theirs: string): Promise<void> {
  // Only here, and not with the page: most sessions never need it.
  const { mergeTexts } = await import('./merge-texts.ts');
  // From here on at once: a key that comes between would be lost.
  if (entry.mine === undefined) return;
  const merged = mergeTexts(entry.base ?? '', entry.mine.toString(), theirs);
  if (merged.outcome === 'conflict') {
    const known = entry.trouble();
    if (known?.name !== 'conflict' || known.theirs !== theirs) entry.setTrouble({ name: 'conflict', theirs });
    throw new Error(`Cannot write "${entry.path()}": a program changed the same lines; choose in its tab`);
  }
  entry.base = theirs;
  entry.mine = merged.text === theirs ? undefined : merged.text;
  entry.setUnwritten(entry.mine !== undefined);
  entry.setTrouble(undefined);
  entry.setContent({ name: 'text', text: merged.text });
}

/** What a file holds just now; `missing` where there is none. */
export type Read = Exclude<FileContent, { name: 'reading' }> | { readonly name: 'missing'; readonly message: string };

/** Reads a file and tells text from bytes. Never throws. */
export async function readContent(container: FileContainer, path: string): Promise<Read> {
  try {
    const bytes = await container.fs.readFile(path);
    const text = bytes.length > MAX_TEXT_BYTES || bytes.includes(0) ? undefined : decodeText(bytes);
    return text === undefined ? { name: 'binary', bytes: new Uint8Array(bytes) } : { name: 'text', text };
  } catch (error) {
    const message = messageOf(error);
    return { name: /ENOENT|ENOTDIR/.test(message) ? 'missing' : 'failed', message };
  }
}

/** Undefined where the bytes are not UTF-8: an edit would destroy them. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
