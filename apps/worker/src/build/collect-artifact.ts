import { type BlobStore, storeBytes, storePacked } from '@slipway/blobs';
import { type FileEntry, type SiteServing, treePathProblem } from '@slipway/contracts';
import { type Db, listEncodedBlobs } from '@slipway/db';
import { isPackable, isPublic, makeServing, RULE_FILES, ruleLimits } from '@slipway/sites';
import type { BuildPlan } from './plan-build.ts';
import { createSecretScanner } from './secret-scanner.ts';

/** The files of a build as they come, and what they make of the site. */
export interface ArtifactCollector {
  /** Rejects where the build must not be published. */
  add(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  /** All files, the site's rules, and what its owner should know of both. */
  finish(): { entries: FileEntry[]; serving: SiteServing; lines: string[] };
}

/** Checks, stores and packs each file as it comes (ST-03, ST-08, P-30); the rules are read at the end (ST-05). */
export function createArtifactCollector(
  { db, blobs, limitBytes }: { db: Db; blobs: BlobStore; limitBytes: number },
  ownerId: string,
  plan: BuildPlan,
): ArtifactCollector {
  const scanner = createSecretScanner(plan.secrets);
  const entries: FileEntry[] = [];
  const leftOut: string[] = [];
  const rules = new Map<string, string>();
  const lines: string[] = [];
  let total = 0;
  return {
    add: async (path, bytes, mode = 0o644) => {
      // The path is what the build made up: it becomes a row, and part of a URL.
      const problem = treePathProblem(path);
      if (problem !== undefined)
        throw new Error(`Cannot store artifact file ${JSON.stringify(path)}: its path ${problem}`);
      const isRules = RULE_FILES.some((file) => file === path);
      if (!isRules && !isPublic(path)) return void leftOut.push(path);
      total += bytes.length;
      if (total > limitBytes) throw new Error(`Cannot store the artifact: it is larger than ${limitBytes} bytes`);
      const secret = scanner.find(bytes);
      if (secret !== undefined)
        throw new Error(`Cannot publish ${JSON.stringify(path)}: it holds the secret "${secret}"`);
      if (isRules && bytes.length > ruleLimits.fileBytes)
        lines.push(`${path} is left out: it is larger than ${ruleLimits.fileBytes} bytes`);
      else if (isRules) rules.set(path, new TextDecoder().decode(bytes));
      // Stored as it comes. What a failed build leaves behind is nobody's, and swept.
      const stored = await storeBytes(blobs, db, ownerId, bytes);
      entries.push({ kind: 'file', path, mode, ...stored });
      if (isPackable(path) && (await listEncodedBlobs(db, [stored.sha256])).size === 0)
        await storePacked(blobs, db, { sha256: stored.sha256, bytes });
    },
    finish: () => {
      const made = makeServing(plan.settings, plan.singlePage, rules);
      lines.push(...made.lines);
      if (leftOut.length > 0) lines.push(`dot files are not published: ${listSome(leftOut)}`);
      return { entries, serving: made.serving, lines };
    },
  };
}
/** Ten of them: a log line is for people. */
function listSome(names: readonly string[]): string {
  const some = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${some} and ${names.length - 10} more` : some;
}
