import * as z from 'zod';
import { sha256 } from './ids.ts';

/**
 * The files of a snapshot or an artifact, as a flat list of entries. Bytes are
 * named by SHA-256 and travel apart from the tree, so that a tree of unchanged
 * files costs no upload.
 */

const PATH_LIMIT_BYTES = 4096;

/** Bytes of the UTF-8 form; counted here because this room has neither TextEncoder nor Buffer. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Why `path` cannot stand in a tree, or undefined when it can. */
export function treePathProblem(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.includes('\0')) return 'holds a NUL';
  if (path.startsWith('/')) return 'is absolute';
  // A lone surrogate has no UTF-8 form, so two different paths would be stored as one.
  if (!path.isWellFormed()) return 'is not well-formed Unicode';
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return 'is not normalised';
  if (utf8Length(path) > PATH_LIMIT_BYTES) return `is longer than ${PATH_LIMIT_BYTES} bytes`;
  return undefined;
}

/** Relative, with slashes, in UTF-8 at most 4096 bytes; the issue's message quotes the path. */
export const treePath = z.string().superRefine((path, context) => {
  const problem = treePathProblem(path);
  if (problem) context.addIssue({ code: 'custom', message: `Path ${JSON.stringify(path)} ${problem}` });
});

const mode = z.int().min(0).max(0o7777);

/** The bytes of `sha256` have exactly `size`; the server checks both when it commits the tree. */
export const fileEntry = z.strictObject({
  kind: z.literal('file'),
  path: treePath,
  mode,
  sha256,
  size: z.int().nonnegative(),
});
/** Needed only where a folder is empty or has a mode of its own. */
export const dirEntry = z.strictObject({ kind: z.literal('dir'), path: treePath, mode });
/** Text as symlink(2) takes it: absolute and dangling ones too, for nobody here follows it. */
export const linkTarget = z
  .string()
  .min(1)
  .max(PATH_LIMIT_BYTES)
  .refine((target) => !target.includes('\0') && target.isWellFormed(), 'a link target without NUL');
/** Without a mode: Linux has none for links. */
export const linkEntry = z.strictObject({ kind: z.literal('link'), path: treePath, target: linkTarget });

/** One path of a tree. Owners and times are not kept: they are of no use on another machine. */
export const treeEntry = z.discriminatedUnion('kind', [fileEntry, dirEntry, linkEntry]);
/** The bytes are elsewhere: `sha256` is all that a tree has of them. */
export type TreeEntry = z.infer<typeof treeEntry>;
/** The one kind of entry that has bytes, and counts for the owner's storage. */
export type FileEntry = z.infer<typeof fileEntry>;

/**
 * What one answer may hold of a tree (SV-05): so many entries, and so many bytes of their JSON; the last one may begin
 * just below the limit.
 */
export const treePage = { entries: 5000, bytes: 1024 * 1024 } as const;

/** In any order; `treeProblem` says whether they are a tree, which a schema of single entries cannot. */
export const treeEntries = z.array(treeEntry).max(100_000);

/** Byte order of the UTF-8 forms, which is code point order and the same on every machine. */
export function compareTreePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) {
      // UTF-16 order differs from UTF-8 order only where a surrogate meets U+E000..U+FFFF.
      const rank = (unit: number) => (unit >= 0xe000 ? unit - 0x0800 : unit >= 0xd800 ? unit + 0x2000 : unit);
      return rank(left) - rank(right);
    }
  }
  return a.length - b.length;
}

/**
 * What makes the list no tree: a path twice, or a path below a file or a link.
 * Undefined when it is one. Directories need no entry of their own.
 */
export function treeProblem(entries: readonly TreeEntry[]): string | undefined {
  const kinds = new Map<string, TreeEntry['kind']>();
  for (const entry of entries) {
    if (kinds.has(entry.path)) return `Path ${JSON.stringify(entry.path)} is there twice`;
    kinds.set(entry.path, entry.kind);
  }
  for (const { path } of entries) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const parent = path.slice(0, slash);
      const kind = kinds.get(parent);
      if (kind !== undefined && kind !== 'dir') {
        return `Path ${JSON.stringify(path)} lies below ${JSON.stringify(parent)}, which is a ${kind}`;
      }
    }
  }
  return undefined;
}

/**
 * Text whose UTF-8 bytes' SHA-256 is the tree's id: sorted, one JSON array to a line, so equal
 * trees have equal ids everywhere.
 */
export function encodeTree(entries: readonly TreeEntry[]): string {
  const lines = [...entries]
    .sort((a, b) => compareTreePaths(a.path, b.path))
    .map((entry) => {
      switch (entry.kind) {
        case 'file':
          return JSON.stringify(['file', entry.path, entry.mode, entry.sha256, entry.size]);
        case 'dir':
          return JSON.stringify(['dir', entry.path, entry.mode]);
        case 'link':
          return JSON.stringify(['link', entry.path, entry.target]);
      }
    });
  return `slipway-tree-1\n${lines.map((line) => `${line}\n`).join('')}`;
}
