import type { PathContent } from '@slipway/wire';
import { makeSplice, type SavedPaths, type SentChange } from '@slipway/history/tab';
import type { SavedBytes } from './saved-bytes.ts';
import type { SavedTree } from './saved-tree.ts';

/** A changed file whose bytes are known to the page; how they are sent is decided later. */
export type ChangedFile = Extract<SentChange, { kind: 'file' }> & { whole: Uint8Array<ArrayBuffer> };

/** What is to be saved: deletions first, then what is there now. */
export interface GatheredChanges {
  gone: Extract<SentChange, { kind: 'gone' }>[];
  others: Extract<SentChange, { kind: 'dir' | 'link' }>[];
  files: ChangedFile[];
}

/** Below this a difference would be no shorter than the file. */
const SPLICE_FROM_BYTES = 100;

/** Compares what is at the changed paths with what the server has. Only bytes that were read are hashed. */
export async function gatherChanges(
  read: readonly PathContent[],
  { tree, bytes: kept, saved }: { tree: SavedTree; bytes: SavedBytes; saved: SavedPaths },
): Promise<GatheredChanges> {
  const gathered: GatheredChanges = { gone: [], others: [], files: [] };
  const hashesGone = new Set<string>();
  const gonePaths = new Set(read.filter(({ kind }) => kind === 'gone').map(({ path }) => path));
  for (const { kind, path } of read) {
    // With a folder goes what is below it.
    if (kind !== 'gone' || tree.get(path) === undefined || foldersAbove(path).some((at) => gonePaths.has(at))) continue;
    for (const hash of tree.hashesBelow(path)) hashesGone.add(hash);
    gathered.gone.push({ kind, path });
  }
  for (const content of read) {
    const { path } = content;
    const known = tree.get(path);
    switch (content.kind) {
      case 'gone':
        break;
      case 'dir':
        if (known === undefined && !saved.takes(path, true)) break;
        if (known?.kind !== 'dir' || known.mode !== content.mode)
          gathered.others.push({ kind: 'dir', path, mode: content.mode });
        break;
      case 'link': {
        const { target } = content;
        if (known?.kind !== 'link' || known.target !== target)
          gathered.others.push({ kind: 'link', path, target, ...hidden(saved, path) });
        break;
      }
      case 'file': {
        const whole = new Uint8Array(content.bytes);
        const sha256 = await hashOf(whole);
        if (known?.kind === 'file' && known.sha256 === sha256 && known.mode === content.mode) break;
        const file = {
          kind: 'file',
          path,
          mode: content.mode,
          sha256,
          size: whole.length,
          ...hidden(saved, path),
        } as const;
        const same = hashesGone.has(sha256) || (known?.kind === 'file' && known.sha256 === sha256);
        if (same) gathered.files.push({ ...file, whole, content: { as: 'known' } });
        else gathered.files.push({ ...file, whole, ...contentOf(kept.get(path), whole) });
      }
    }
  }
  return gathered;
}

/** Nearest first, without the project's folder itself. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    folders.push(path.slice(0, slash));
  return folders;
}

/** What is saved and shown to no clone. */
const hidden = (saved: SavedPaths, path: string): { hidden?: true } => (saved.hides(path) ? { hidden: true } : {});

/** A difference has to be shorter than half of the file, as the server has to read the older one for it. */
function contentOf(
  before: Uint8Array | undefined,
  whole: Uint8Array<ArrayBuffer>,
): Pick<ChangedFile, 'content' | 'bytes'> {
  if (before !== undefined && whole.length > SPLICE_FROM_BYTES) {
    const { start, end, inserted } = makeSplice(before, whole);
    if (inserted.length < whole.length / 2)
      return { content: { as: 'splice', start, end, length: inserted.length }, bytes: inserted };
  }
  return { content: { as: 'whole' }, bytes: whole };
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
