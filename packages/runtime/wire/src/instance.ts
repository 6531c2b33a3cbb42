/** Arguments of the instance that `build()` returns. */
import * as z from 'zod';
import type { RemoteCallback } from './comlink.ts';
import { bytes, callback, maybe, parseArguments, path } from './schema.ts';

/** `z.record` would drop a variable named `__proto__` silently; numbers and booleans are what scripts write. */
const environment = z.custom<Record<string, string | number | boolean>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).length <= 10_000 &&
    Object.entries(value).every(
      ([name, entry]) =>
        name !== '' &&
        !name.includes('=') &&
        !name.includes('\0') &&
        ['string', 'number', 'boolean'].includes(typeof entry) &&
        !String(entry).includes('\0'),
    ),
  { error: 'must map names to strings, numbers or booleans' },
);

const argument = z.string().refine((value) => !value.includes('\0'), { error: 'must be a string without null bytes' });
const size = z.object({ cols: z.int().min(1).max(10_000), rows: z.int().min(1).max(10_000) });

/** `run(options, stdout, stderr, output)`; 1.6.4 never passes the two in the middle. */
export const runArguments = z.tuple([
  z.object({
    command: argument.min(1),
    args: z.array(argument).max(100_000),
    cwd: maybe(path),
    env: maybe(environment),
    terminal: maybe(size),
  }),
  maybe(callback),
  maybe(callback),
  maybe(callback),
]);

/** After parsing: `env` holds text alone and has no prototype, `cwd` may be relative to the working directory. */
export interface RunRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: { readonly cols: number; readonly rows: number } | undefined;
}

/** Each absent where the client does not listen; then what the program writes there is read and dropped. */
export interface RunCallbacks {
  readonly stdout: RemoteCallback | undefined;
  readonly stderr: RemoteCallback | undefined;
  /** Absent for `{output: false}`. */
  readonly output: RemoteCallback | undefined;
}

/** The error names `spawn`, which is what the client's user called. Throws a WireError. */
export function parseRunArguments(args: readonly unknown[]): {
  readonly request: RunRequest;
  readonly callbacks: RunCallbacks;
} {
  const [options, stdout, stderr, output] = parseArguments('spawn', runArguments, args);
  const env = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(options.env ?? {})) env[name] = String(value);
  const { command, args: argv, cwd, terminal } = options;
  return { request: { command, args: argv, cwd, env, terminal }, callbacks: { stdout, stderr, output } };
}

/** Columns and rows of the terminal, at least 1 of each. */
export const resizeArguments = z.tuple([size]);
/** Input of the terminal or of stdin; text goes as UTF-8. */
export const writeArguments = z.tuple([z.union([z.string(), bytes])]);

/** Events the documentation knows; any other is accepted and never fires. */
export const hostEvents = ['port', 'server-ready', 'error', 'preview-message', 'xdg-open', 'code'] as const;
/** An unknown name is no error: its listener hears nothing. */
export type HostEventName = (typeof hostEvents)[number];

/** Event and listener. The name is not checked against `hostEvents`: an unknown one only never fires. */
export const onArguments = z.tuple([z.string().max(64), callback]);

/** `loadFiles(payload, {mountPoints})`: the key is plural, the value is one path. */
export const loadFilesArguments = z.tuple([bytes, maybe(z.object({ mountPoints: maybe(path) }))]);

const globs = z.array(z.string().max(4096)).max(1000);

/** `external` is accepted and not looked at; without a format it is JSON, as the client expects. */
export const serializeArguments = z.tuple([
  path,
  maybe(
    z.object({
      format: maybe(z.enum(['json', 'binary', 'zip'])),
      includes: maybe(globs),
      excludes: maybe(globs),
      external: z.unknown().optional(),
    }),
  ),
]);

/** The source text, at most 4 MiB of characters: it goes into every page of every preview. */
export const previewScriptArguments = z.tuple([
  z.string().max(4 * 1024 * 1024),
  maybe(
    z.object({ type: maybe(z.enum(['module', 'importmap'])), defer: maybe(z.boolean()), async: maybe(z.boolean()) }),
  ),
]);

/** Script tag for previews; an empty `src` means none. */
export interface PreviewScript {
  readonly src: string;
  readonly type?: 'module' | 'importmap';
  readonly defer?: boolean;
  readonly async?: boolean;
}

/** For the vendor's sign-in; nothing here asks for the tokens, so they are checked and forgotten. */
export const credentialsArguments = z.tuple([
  z.object({ accessToken: z.string().max(16_384), editorOrigin: z.string().max(300) }),
]);

/** No `include`: the whole working directory. `includeContent` sends the files' bytes along. */
export const watchPathsArguments = z.tuple([
  z.object({ include: maybe(globs), exclude: maybe(globs), includeContent: maybe(z.boolean()) }),
  callback,
]);

/** One listener, called with `{pid}` for each process that has ended. */
export const onProcessesRemoveArguments = z.tuple([callback]);

/** The words are those of file watchers of editors; `buffer` is there only where content was asked for. */
export interface PathWatcherEvent {
  readonly type: 'change' | 'add_file' | 'remove_file' | 'add_dir' | 'remove_dir' | 'update_directory';
  readonly path: string;
  readonly buffer?: Uint8Array;
}

const ignoring = {
  globalIgnoreFiles: maybe(z.boolean()),
  gitignore: maybe(z.boolean()),
  requireGit: maybe(z.boolean()),
  ignoreSymlinks: maybe(z.boolean()),
  resultLimit: maybe(z.int().min(0)),
  homeDir: maybe(path),
};

/** Pattern, options, and a callback that is called for each file with matches while the search goes on. */
export const textSearchArguments = z.tuple([
  z.string().max(65_536),
  maybe(
    z.object({
      folders: maybe(z.array(path).max(1000)),
      includes: maybe(globs),
      excludes: maybe(globs),
      isRegex: maybe(z.boolean()),
      caseSensitive: maybe(z.boolean()),
      isWordMatch: maybe(z.boolean()),
      ...ignoring,
    }),
  ),
  maybe(callback),
]);
/** Paths in `folders` may be relative to the working directory; `resultLimit` counts ranges, not lines. */
export type TextSearchOptions = NonNullable<z.output<typeof textSearchArguments>[1]>;

/** Lines count from 0 and columns from 0, as in the editor protocol these shapes come from. */
export interface TextSearchRange {
  readonly startLineNumber: number;
  readonly endLineNumber: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

/** One line with what was found in it: `ranges` in the file, `preview.matches` within `preview.text`. */
export interface TextSearchMatch {
  readonly preview: { readonly text: string; readonly matches: readonly TextSearchRange[] };
  readonly ranges: readonly TextSearchRange[];
}

/** Patterns by which names are chosen, none for all, and the folder to search. */
export const fileSearchArguments = z.tuple([
  maybe(z.union([z.string().max(4096), globs])),
  path,
  maybe(z.object({ includes: maybe(globs), excludes: maybe(globs), ...ignoring })),
]);
