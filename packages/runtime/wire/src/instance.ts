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

export interface RunRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: { readonly cols: number; readonly rows: number } | undefined;
}

export interface RunCallbacks {
  readonly stdout: RemoteCallback | undefined;
  readonly stderr: RemoteCallback | undefined;
  /** Absent for `{output: false}`. */
  readonly output: RemoteCallback | undefined;
}

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

export const resizeArguments = z.tuple([size]);
export const writeArguments = z.tuple([z.union([z.string(), bytes])]);

/** Events the documentation knows; any other is accepted and never fires. */
export const hostEvents = ['port', 'server-ready', 'error', 'preview-message', 'xdg-open', 'code'] as const;
export type HostEventName = (typeof hostEvents)[number];

export const onArguments = z.tuple([z.string().max(64), callback]);

/** `loadFiles(payload, {mountPoints})`: the key is plural, the value is one path. */
export const loadFilesArguments = z.tuple([bytes, maybe(z.object({ mountPoints: maybe(path) }))]);

const globs = z.array(z.string().max(4096)).max(1000);

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

export const credentialsArguments = z.tuple([
  z.object({ accessToken: z.string().max(16_384), editorOrigin: z.string().max(300) }),
]);

// ── Members that the client 1.6.1-internal.1 reaches as `internal` ───────────

export const watchPathsArguments = z.tuple([
  z.object({ include: maybe(globs), exclude: maybe(globs), includeContent: maybe(z.boolean()) }),
  callback,
]);

export const onProcessesRemoveArguments = z.tuple([callback]);

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
export type TextSearchOptions = NonNullable<z.output<typeof textSearchArguments>[1]>;

/** Lines count from 0 and columns from 0, as in the editor protocol these shapes come from. */
export interface TextSearchRange {
  readonly startLineNumber: number;
  readonly endLineNumber: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

export interface TextSearchMatch {
  readonly preview: { readonly text: string; readonly matches: readonly TextSearchRange[] };
  readonly ranges: readonly TextSearchRange[];
}

export const fileSearchArguments = z.tuple([
  maybe(z.union([z.string().max(4096), globs])),
  path,
  maybe(z.object({ includes: maybe(globs), excludes: maybe(globs), ...ignoring })),
]);
