import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { treePathProblem } from '@slipway/contracts';
import type { SandboxFile } from '@slipway/sandboxes';
import * as z from 'zod';

/** The most entries of a set, and the most bytes of all of them: more is installed anew. */
export const SET_LIMITS = { files: 50_000, bytes: 384 * 1024 ** 2 } as const;

/** Of the list of entries, in front of their bytes. */
const LIST_BYTES = 32 * 1024 ** 2;
const LENGTH_BYTES = 4;

const mode = z.int().min(0).max(0o7777);
const entries = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('file'), path: z.string(), mode, size: z.int().nonnegative() }),
      z.strictObject({ kind: z.literal('link'), path: z.string(), target: z.string().min(1).max(4096) }),
    ]),
  )
  .max(SET_LIMITS.files);

/**
 * Files and links of `node_modules` as one archive, compressed: the length of the list (uint32, big end first), the
 * list as JSON, then the bytes of its files, one after the other.
 */
export async function packSet(files: readonly SandboxFile[]): Promise<Buffer> {
  const kept = files.filter((file) => file.kind !== 'dir');
  const list = Buffer.from(
    JSON.stringify(
      kept.map((file) =>
        file.kind === 'file'
          ? { kind: file.kind, path: file.path, mode: file.mode & 0o7777, size: file.bytes.length }
          : file,
      ),
    ),
  );
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(list.length);
  const bytes = kept.flatMap((file) => (file.kind === 'file' ? [file.bytes] : []));
  return await promisify(zstdCompress)(Buffer.concat([length, list, ...bytes]));
}

/** The way back. Throws where the archive is none, or holds what is no part of a `node_modules`. */
export async function unpackSet(archive: Uint8Array): Promise<SandboxFile[]> {
  const maxOutputLength = SET_LIMITS.bytes + LIST_BYTES + LENGTH_BYTES;
  const whole = await promisify(zstdDecompress)(archive, { maxOutputLength });
  const from = LENGTH_BYTES + whole.readUInt32BE(0);
  const files: SandboxFile[] = [];
  let at = from;
  for (const entry of entries.parse(JSON.parse(whole.toString('utf8', LENGTH_BYTES, from)))) {
    const problem = entry.path.startsWith('node_modules/') ? treePathProblem(entry.path) : 'is not in node_modules';
    if (problem !== undefined) throw new Error(`Cannot use a set of dependencies: "${entry.path}" ${problem}`);
    if (entry.kind === 'link') {
      files.push(entry);
      continue;
    }
    const { kind, path, mode: fileMode, size } = entry;
    if (at + size > whole.length) throw new Error(`Cannot use a set of dependencies: "${path}" is cut off`);
    files.push({ kind, path, mode: fileMode, bytes: whole.subarray(at, at + size) });
    at += size;
  }
  if (at !== whole.length) throw new Error('Cannot use a set of dependencies: there is more than its list says');
  return files;
}
