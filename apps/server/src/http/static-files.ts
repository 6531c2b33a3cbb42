import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { getMimeType } from 'hono/utils/mime';

/** Encodings in the order we prefer them, with the suffix of the file made at build time. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * A file below `folder`, or undefined when there is none. Names with a hash in
 * them (everything in `assets/`) are kept for ever; the rest is asked for anew.
 */
export async function serveFile(
  folder: string,
  path: string,
  request: Request,
  headers: Readonly<Record<string, string>>,
): Promise<Response | undefined> {
  const relative = safeRelative(path);
  if (relative === undefined) return undefined;
  const file = join(folder, relative);
  const info = await statFile(file);
  if (!info) return undefined;
  const etag = `"${info.size.toString(36)}-${Math.round(info.mtimeMs).toString(36)}"`;
  const all: Record<string, string> = {
    ...headers,
    'Content-Type': getMimeType(relative) ?? 'application/octet-stream',
    'Cache-Control': relative.startsWith(`assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
    Vary: 'Accept-Encoding',
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: all });
  const packed = await findPacked(file, request.headers.get('accept-encoding') ?? '');
  if (packed) all['Content-Encoding'] = packed.encoding;
  all['Content-Length'] = String(packed?.size ?? info.size);
  if (request.method === 'HEAD') return new Response(null, { headers: all });
  const stream = Readable.toWeb(createReadStream(packed?.file ?? file)) as ReadableStream<Uint8Array>;
  return new Response(stream, { headers: all });
}

/** The path below the folder, or undefined where it would leave it or name a hidden file. */
function safeRelative(path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // A stray percent sign: no file of ours has such a name.
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const relative = normalize(decoded).replace(/^\/+/, '');
  if (relative === '' || relative.split(sep).some((part) => part.startsWith('.'))) return undefined;
  return relative;
}

/**
 * RFC 9110, 12.5.3, as far as browsers use it: a coding counts unless its weight is 0; other weights are not
 * compared.
 */
async function findPacked(
  file: string,
  accepted: string,
): Promise<{ file: string; encoding: string; size: number } | undefined> {
  for (const [encoding, suffix] of encodings) {
    if (!new RegExp(`(^|,)\\s*${encoding}\\s*(;(?!\\s*q=0(\\.0*)?\\s*(,|$))|,|$)`).test(accepted)) continue;
    const info = await statFile(file + suffix);
    if (info) return { file: file + suffix, encoding, size: info.size };
  }
  return undefined;
}

/** Undefined for folders too, and for names that no file system takes. */
async function statFile(file: string) {
  try {
    const info = await stat(file);
    return info.isFile() ? info : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}
