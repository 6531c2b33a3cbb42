import type { WebContainer } from '@webcontainer/api';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { messageOf } from '../api/api-error.ts';

export type OpenFile =
  | { readonly name: 'none' }
  | { readonly name: 'text'; readonly path: string; readonly text: string }
  | { readonly name: 'binary'; readonly path: string; readonly size: number }
  | { readonly name: 'failed'; readonly path: string; readonly message: string };

export interface OpenFileControl {
  readonly file: Accessor<OpenFile>;
  open(path: string): Promise<void>;
  edit(text: string): void;
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
      if (bytes.length > MAX_TEXT_BYTES || bytes.includes(0)) return { name: 'binary', path, size: bytes.length };
      return { name: 'text', path, text: new TextDecoder().decode(bytes) };
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
    void write();
  });

  return {
    file,
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
