import type { WebContainer } from '@webcontainer/api';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { messageOf } from '../api/api-error.ts';

export type OpenFile =
  | { readonly name: 'none' }
  | { readonly name: 'text'; readonly path: string; readonly text: string }
  | { readonly name: 'binary'; readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly name: 'failed'; readonly path: string; readonly message: string };

export interface OpenFileControl {
  readonly file: Accessor<OpenFile>;
  open(path: string): Promise<void>;
  edit(text: string): void;
  /** Writes at once what would be written soon. */
  flush(): Promise<void>;
}

/** Programs see an edit this soon after the last key. */
const WRITE_AFTER_MS = 150;
/** Beyond this an editor is no help. */
const MAX_TEXT_BYTES = 2_000_000;

/** The file in the editor: written soon after each edit, read again when a program changes it. */
export function createOpenFile(container: WebContainer): OpenFileControl {
  const [file, setFile] = createSignal<OpenFile>({ name: 'none' });
  let unwritten: { path: string; text: string } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const read = async (path: string): Promise<OpenFile> => {
    try {
      const bytes = await container.fs.readFile(path);
      const text = bytes.length > MAX_TEXT_BYTES || bytes.includes(0) ? undefined : decodeText(bytes);
      return text === undefined ? { name: 'binary', path, bytes: new Uint8Array(bytes) } : { name: 'text', path, text };
    } catch (error) {
      return { name: 'failed', path, message: messageOf(error) };
    }
  };

  const write = async (): Promise<void> => {
    clearTimeout(timer);
    const edit = unwritten;
    unwritten = undefined;
    if (edit !== undefined) await container.fs.writeFile(edit.path, edit.text);
  };

  const watcher = container.fs.watch('.', { recursive: true }, (_event, name) => {
    const path = typeof name === 'string' ? name : new TextDecoder().decode(name);
    const current = file();
    if (current.name === 'none' || current.path !== path || unwritten !== undefined) return;
    void read(path).then((next) => {
      const now = file();
      if (now.name !== 'none' && now.path === path && unwritten === undefined && next.name !== 'failed') setFile(next);
    });
  });
  onCleanup(() => {
    watcher.close();
    write().catch((error: unknown) => console.warn('The last edit was not written:', error));
  });

  return {
    file,
    flush: write,
    async open(path) {
      await write();
      setFile(await read(path));
    },
    edit(text) {
      const current = file();
      if (current.name !== 'text') return;
      unwritten = { path: current.path, text };
      setFile({ ...current, text });
      clearTimeout(timer);
      timer = setTimeout(() => void write().catch((error: unknown) => setFile({ name: 'failed', path: current.path, message: messageOf(error) })), WRITE_AFTER_MS);
    },
  };
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
