import type { SiteFile } from '@slipway/db';
import {
  chooseEncoding,
  contentTypeOf,
  etagOf,
  isNotModified,
  isPackable,
  isRangeCurrent,
  parseRange,
  type StoredEncoding,
} from '@slipway/sites';
import type { Context } from 'hono';
import type { ServerEnv } from '../http/server-env.ts';
import type { HotAnswer } from './hot-answers.ts';
import type { Sites } from './sites.ts';

/** What the request's own headers allow is looked at when it is sent. */
export interface Outgoing {
  file: SiteFile;
  /** 404 for the page that says that something else is not there: it is sent whole, whatever was asked. */
  status: 200 | 404;
  lastModifiedMs: number;
  /** False where each answer counts: then nothing is "not modified". */
  conditional: boolean;
  /** Told of a whole file that is sent from memory. */
  keep?(answer: HotAnswer): void;
  /** What goes with it besides, and over what stands here. */
  headers(defaults: Readonly<Record<string, string>>): Record<string, string>;
}

/** The bytes that are sent for a file, in the encoding that was agreed on. */
interface Representation {
  encoding: StoredEncoding | 'identity';
  sha256: string;
  size: number;
}

/** Answers GET and HEAD: 200, 206, 304 or 416. Bytes are read for what is sent of them alone (ST-01, ST-02). */
export async function sendFile(c: Context<ServerEnv>, sites: Sites, outgoing: Outgoing): Promise<Response> {
  const { file, lastModifiedMs } = outgoing;
  const chosen = represent(file, c.req.header('accept-encoding'));
  const validators = { etag: etagOf(chosen.sha256), lastModifiedMs };
  const headers = outgoing.headers({
    'content-type': contentTypeOf(file.path),
    etag: validators.etag,
    'last-modified': new Date(lastModifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
  });
  if (packedForms(file).length > 0) headers['vary'] = joinVary(headers['vary']);
  if (outgoing.status === 404) return await sendBytes(c, sites, chosen, { status: 404, headers });

  const asked = { ifNoneMatch: c.req.header('if-none-match'), ifModifiedSince: c.req.header('if-modified-since') };
  if (outgoing.conditional && isNotModified(asked, validators)) {
    delete headers['content-type'];
    return new Response(null, { status: 304, headers });
  }
  // Of a HEAD a range has no meaning.
  const range =
    c.req.method === 'GET' && isRangeCurrent(c.req.header('if-range'), validators)
      ? parseRange(c.req.header('range'), chosen.size)
      : { kind: 'whole' as const };
  switch (range.kind) {
    case 'whole':
      return await sendBytes(c, sites, chosen, {
        status: 200,
        headers,
        onHot: (bytes) => outgoing.keep?.({ headers: { ...headers }, bytes, validators }),
      });
    case 'unsatisfiable':
      return new Response(null, {
        status: 416,
        headers: { ...headers, 'content-range': `bytes */${chosen.size}`, 'content-length': '0' },
      });
    case 'part':
      headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${chosen.size}`;
      return await sendBytes(c, sites, chosen, { status: 206, headers, range });
  }
}

/** The same bytes may be a text elsewhere and something else here: what is no text is sent as it is. */
const packedForms = ({ path, encodings }: SiteFile): NonNullable<SiteFile['encodings']> =>
  isPackable(path) ? (encodings ?? []) : [];

/** The stored form that the client takes, or the file itself where none is stored or taken. */
function represent(file: SiteFile, accepted: string | undefined): Representation {
  const packed = packedForms(file);
  const encoding = chooseEncoding(
    accepted,
    packed.map((one) => one.encoding),
  );
  const found = packed.find((one) => one.encoding === encoding);
  return found ? { encoding, sha256: found.sha256, size: found.size } : { encoding: 'identity', ...file };
}

/** `end` is not part of it. */
interface ByteRange {
  start: number;
  end: number;
}

/**
 * From memory where the file is small and asked for often, else as a stream of the store, which reads the
 * range alone.
 */
async function sendBytes(
  c: Context<ServerEnv>,
  sites: Sites,
  { encoding, sha256, size }: Representation,
  answer: {
    status: 200 | 206 | 404;
    headers: Record<string, string>;
    range?: ByteRange;
    onHot?: (bytes: Uint8Array) => void;
  },
): Promise<Response> {
  const { status, headers, range = { start: 0, end: size } } = answer;
  headers['content-length'] = String(range.end - range.start);
  if (encoding !== 'identity') headers['content-encoding'] = encoding;
  if (c.req.method === 'HEAD') return new Response(null, { status, headers });
  const hot = await sites.hotBytes({ sha256, size });
  if (hot !== undefined) {
    const response = new Response(hot.subarray(range.start, range.end), { status, headers });
    // What no response can have as a header has thrown by now.
    answer.onHot?.(hot);
    return response;
  }
  // The version names it, and whoever may see the version may read what it names.
  const read = await sites.blobs.get(sha256, range);
  if (read.outcome !== 'found') throw new Error(`Cannot serve blob "${sha256}" of a site: it is ${read.outcome}`);
  return new Response(read.stream, { status, headers });
}

/** The site's own rules may name other headers there. */
const joinVary = (others: string | undefined): string =>
  others === undefined || /(?:^|,)\s*accept-encoding\s*(?:,|$)/i.test(others)
    ? (others ?? 'Accept-Encoding')
    : `${others}, Accept-Encoding`;
