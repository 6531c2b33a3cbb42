import { fileType } from '@slipway/posix';
import type { ObjectStore } from './object-store.ts';
import type { TreeFile } from './tree-files.ts';

/** A file that went and one that came, and how much of the one is in the other: 50 to 100. */
export interface Rename {
  readonly from: TreeFile;
  readonly to: TreeFile;
  readonly score: number;
}

/** diff.c: less in common is no rename. */
const LEAST_SCORE = 50;
/** Beyond so many pairs only equal files are found, as with git's diff.renameLimit. */
const PAIRS_LIMIT = 400 * 400;
/** diffcore-delta.c: pieces end at a line end, or after so many bytes. */
const PIECE_BYTES = 64;

/** Which of the files that went are which of those that came; every file once, the best pairs first. */
export function findRenames(
  objects: ObjectStore,
  gone: readonly TreeFile[],
  come: readonly TreeFile[],
): readonly Rename[] {
  const renames: Rename[] = [];
  const [left, right] = [new Set(gone), new Set(come)];
  const take = (from: TreeFile, to: TreeFile, score: number): void => {
    left.delete(from);
    right.delete(to);
    renames.push({ from, to, score });
  };
  for (const to of come) {
    const same = [...left].filter(({ oid }) => oid === to.oid);
    const from = same.find(({ path }) => baseName(path) === baseName(to.path)) ?? same[0];
    if (from !== undefined) take(from, to, 100);
  }
  if (left.size === 0 || right.size === 0 || left.size * right.size > PAIRS_LIMIT) return renames;
  const pieces = new Map<TreeFile, { readonly size: number; readonly counts: ReadonlyMap<string, number> }>();
  const piecesOf = (file: TreeFile) => {
    const known = pieces.get(file) ?? countPieces(objects.read(file.oid).bytes);
    pieces.set(file, known);
    return known;
  };
  const pairs: Rename[] = [];
  for (const from of left)
    for (const to of right) {
      if (fileType(from.mode) !== fileType(to.mode)) continue;
      const score = similarity(piecesOf(from), piecesOf(to));
      if (score >= LEAST_SCORE) pairs.push({ from, to, score });
    }
  pairs.sort((a, b) => b.score - a.score || nameScore(b) - nameScore(a));
  for (const { from, to, score } of pairs) if (left.has(from) && right.has(to)) take(from, to, score);
  return renames;
}

type Pieces = { readonly size: number; readonly counts: ReadonlyMap<string, number> };

/** estimate_similarity: the bytes that both have, of the larger. */
function similarity(one: Pieces, two: Pieces): number {
  const [small, large] = [Math.min(one.size, two.size), Math.max(one.size, two.size)];
  if (large === 0 || small === 0) return 0;
  if (large * LEAST_SCORE < (large - small) * 100) return 0;
  let copied = 0;
  for (const [piece, bytes] of one.counts) copied += Math.min(bytes, two.counts.get(piece) ?? 0);
  return Math.floor((copied * 100) / large);
}

/**
 * How many bytes of each different piece there are. git compares hashes of the pieces; here the pieces are
 * the keys.
 */
function countPieces(bytes: Buffer): Pieces {
  const counts = new Map<string, number>();
  const text = bytes.toString('latin1');
  const isText = !text.slice(0, 8000).includes('\0');
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const end = Math.min(newline < 0 ? text.length : newline + 1, at + PIECE_BYTES);
    const piece = text.slice(at, end);
    // In texts a line end is the same on every system.
    const key = isText ? piece.replace(/\r\n$/, '\n') : piece;
    counts.set(key, (counts.get(key) ?? 0) + key.length);
    at = end;
  }
  return { size: bytes.length, counts };
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
/** Of pairs that are as similar, those that keep the file's name go first. */
const nameScore = ({ from, to }: Rename): number => (baseName(from.path) === baseName(to.path) ? 1 : 0);
