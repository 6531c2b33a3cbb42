import type { LookedAt, RanCommand, ToolHost } from '@slipway/agent';

/** `host` is for the tools, the rest for the test to look at and to change. */
export interface MemoryFolder {
  readonly host: ToolHost;
  /** Texts by path; a value that begins with `->` is a link. */
  readonly files: Map<string, string>;
  /** Everything with effects, in order. */
  readonly done: string[];
  /** What a command prints, and waits for. */
  run: (command: string, signal: AbortSignal) => Promise<string>;
  saved: () => Promise<void>;
}

/** Its files are a copy of these, changed by what the tools do. */
export function makeMemoryFolder(files: Record<string, string>): MemoryFolder {
  let cursor = 1;
  const changedAt = new Map<string, number>();
  const folder: MemoryFolder = {
    files: new Map(Object.entries(files)),
    done: [],
    run: async () => '',
    saved: async () => undefined,
    host: {
      look: async (paths) => paths.map((path) => lookAt(folder.files, path)),
      cursor: async () => cursor,
      put: async (since, { path, bytes }) => {
        if ((changedAt.get(path) ?? 0) > since) return false;
        folder.files.set(path, new TextDecoder().decode(bytes));
        changedAt.set(path, ++cursor);
        folder.done.push(`put ${path}`);
        return true;
      },
      files: async () => [...folder.files.keys()],
      run: async (command, { signal }): Promise<RanCommand> => {
        const text = command.at(-1) ?? '';
        if (command[0] === 'grep') return grep(folder.files, command.at(-2) ?? '');
        folder.done.push(`run ${text}`);
        const output = await folder.run(text, signal);
        return { ok: !signal.aborted, code: 0, output, end: signal.aborted ? 'stopped' : 'exit code 0' };
      },
      save: () => folder.saved(),
    },
  };
  return folder;
}

/** A folder is what some path leads through: empty ones there are not. */
function lookAt(files: ReadonlyMap<string, string>, path: string): LookedAt {
  const text = files.get(path);
  if (text?.startsWith('->')) return { kind: 'link' };
  if (text !== undefined) return { kind: 'file', mode: 0o644, bytes: new TextEncoder().encode(text) };
  return { kind: [...files.keys()].some((other) => other.startsWith(`${path}/`)) ? 'dir' : 'gone' };
}

/** Fixed texts alone, in the format of `grep -rn`. */
function grep(files: ReadonlyMap<string, string>, pattern: string): RanCommand {
  const found = [...files].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, at) => (line.includes(pattern) ? [`./${path}:${at + 1}:${line}`] : [])),
  );
  return { ok: found.length > 0, code: found.length > 0 ? 0 : 1, output: found.join('\n'), end: 'exit code 0' };
}
