import type { ControlClient } from '@slipway/embed';
import type { AppliedEntry, PathContent } from '@slipway/wire';

/** `at` is the cursor of its last change. */
interface FakeFile {
  bytes: Uint8Array<ArrayBuffer>;
  mode: number;
  at: number;
}

/** The files part of a container's control port, in memory, which writes down what it is asked. */
export function makeFakeFiles(files: Record<string, string> = {}) {
  const encoder = new TextEncoder();
  const kept = new Map<string, FakeFile>(
    Object.entries(files).map(([path, text]) => [path, { bytes: encoder.encode(text), mode: 0o644, at: 0 }]),
  );
  const changed = new Map<string, number>();
  const listeners = new Set<(event: { cursor: number }) => void>();
  const read: string[] = [];
  let cursor = 0;
  let meanwhile: (() => void) | undefined;

  const note = (path: string): void => {
    changed.set(path, ++cursor);
    for (const listener of listeners) listener({ cursor });
  };
  const write = (path: string, content: string | Uint8Array<ArrayBuffer>, mode = 0o644): void => {
    kept.set(path, { bytes: typeof content === 'string' ? encoder.encode(content) : content, mode, at: cursor + 1 });
    note(path);
  };
  const remove = (path: string): void => {
    for (const known of [...kept.keys()])
      if (known === path || known.startsWith(`${path}/`)) {
        kept.delete(known);
        note(known);
      }
    note(path);
  };
  const contentOf = (path: string): PathContent => {
    const file = kept.get(path);
    if (file !== undefined) return { kind: 'file', path, mode: file.mode, bytes: file.bytes.slice() };
    const isFolder = [...kept.keys()].some((known) => known.startsWith(`${path}/`));
    return isFolder ? { kind: 'dir', path, mode: 0o755, empty: false } : { kind: 'gone', path };
  };

  const port = {
    async changes({ since = cursor, whole = false } = {}) {
      if (whole) return { cursor, paths: [...kept.keys()], all: true };
      return { cursor, paths: [...changed].flatMap(([path, at]) => (at > since ? [path] : [])), all: false };
    },
    async readPaths(paths: readonly string[]) {
      read.push(...paths);
      return paths.map(contentOf);
    },
    async apply(since: number, entries: readonly AppliedEntry[]) {
      const during = meanwhile;
      meanwhile = undefined;
      during?.();
      const left: string[] = [];
      for (const entry of entries) {
        if ((changed.get(entry.path) ?? 0) > since) left.push(entry.path);
        else if (entry.kind === 'gone') remove(entry.path);
        else if (entry.kind === 'file') write(entry.path, entry.bytes, entry.mode);
      }
      return left;
    },
    on(_topic: string, listener: (event: { cursor: number }) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Pick<ControlClient, 'changes' | 'readPaths' | 'apply' | 'on'>;

  return {
    port,
    write,
    remove,
    listeners,
    /** Every path that was read, in order. */
    read,
    text: (path: string): string | undefined => {
      const file = kept.get(path);
      return file && new TextDecoder().decode(file.bytes);
    },
    paths: () => [...kept.keys()],
    /** Happens while the next `apply` is under way. */
    duringApply: (work: () => void) => void (meanwhile = work),
  };
}
