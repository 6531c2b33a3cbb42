import { treePathProblem } from '@slipway/contracts';
import type { SandboxChanges, SandboxContent } from '@slipway/sandboxes';
import * as z from 'zod';

const mode = z.int().min(0).max(0o7777);
/** What a page may say: it runs beside code that nobody has read. */
const contents = z.array(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file'), path: z.string(), mode, base64: z.base64() }),
    z.strictObject({ kind: z.literal('dir'), path: z.string(), mode }),
    z.strictObject({ kind: z.literal('link'), path: z.string(), target: z.string().min(1).max(4096) }),
    z.strictObject({ kind: z.literal('gone'), path: z.string() }),
  ]),
);
/** The container's own counter of changes; compared by nobody but the container. */
const cursor = z.number();
/** More than a checkpoint or a snapshot can hold by far, so a list of this length is not meant well. */
const paths = z.array(z.string()).max(200_000);
const changes = z.strictObject({ cursor, paths, all: z.boolean() });

/** What the page found at these paths; throws where that is no answer. */
export function parseContents(said: unknown, asked: readonly string[]): SandboxContent[] {
  const found = contents.parse(said);
  if (found.length !== asked.length || found.some(({ path }, at) => path !== asked[at]))
    throw new Error('Cannot read files of a sandbox: its page answered for other paths');
  return found.map((entry): SandboxContent => {
    if (entry.kind !== 'file') return entry;
    return { kind: 'file', path: entry.path, mode: entry.mode, bytes: Buffer.from(entry.base64, 'base64') };
  });
}

/** Throws for anything else: a sandbox's page is not trusted. */
export function parseCursor(said: unknown): number {
  return cursor.parse(said);
}

/** Paths that the page has named: what no tree can hold cannot be saved, and is passed over. */
export function parsePaths(said: unknown): string[] {
  return paths.parse(said).filter((path) => treePathProblem(path) === undefined);
}

/** Throws for another shape; paths that no tree can hold are left out. */
export function parseChanges(said: unknown): SandboxChanges {
  const changed = changes.parse(said);
  return { ...changed, paths: parsePaths(changed.paths) };
}
