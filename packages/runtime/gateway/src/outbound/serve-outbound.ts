/**
 * The outside world, for a program in the container: an HTTP/1.1 server on the
 * connection it opened, which performs each request with `fetch`.
 *
 * A browser cannot open sockets, so this is all the network there is: HTTP to
 * whoever permits it by CORS, and the registry through our mirror. Whatever
 * cannot be done is answered with 502 and the reason in the body; who cannot be reached is a connection refused.
 */
import { Errno, joinBytes } from '@slipway/posix';
import { bodyFraming, encodeChunk, readBody } from '../http/body.ts';
import { ByteReader } from '../http/byte-reader.ts';
import type { ByteStream } from '../bytes/byte-stream.ts';
import {
  encodeHead,
  endToEnd,
  headerHas,
  headerValue,
  isToken,
  readHeaders,
  type HeaderList,
} from '../http/headers.ts';
import { MIRROR_PASS_HEADER, MIRROR_REFUSAL_HEADER } from '@slipway/wire';
import { HttpError } from '../http/http-error.ts';
import type { MirrorPass } from './mirror-pass.ts';
import { outboundTarget, requestOrigin, type OutboundPolicy } from './outbound-policy.ts';

/** A connection that a program opened to the outside. It is closed when `serveOutbound` is done. */
export interface OutboundRequest {
  readonly host: string;
  readonly port: number;
  /** What it believes: with `secure` the address gets https, though the bytes came as plain HTTP. */
  readonly secure: boolean;
  readonly stream: ByteStream;
}

/** The browser's, or what stands in for it outside a page. */
export type Fetch = (url: string, init: RequestInit & { readonly duplex?: 'half' }) => Promise<Response>;

const MAX_REQUEST_LINE = 64 * 1024;
/** Uploads are gathered: fetch streams a body over HTTP/2 only. npm publishes less than this. */
const MAX_REQUEST_BODY = 256 * 1024 * 1024;

/** Headers that fetch refuses, sets by itself, or that would tell the other side about us. */
const withheld = new Set([
  'host',
  'connection',
  'keep-alive',
  'accept-encoding',
  'accept-charset',
  'access-control-request-headers',
  'access-control-request-method',
  'content-length',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'expect',
  'origin',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'set-cookie',
]);

/** A request's head, and whether the connection is to live on. */
interface Parsed {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly keepAlive: boolean;
}

/** Of protocols in which the server speaks first: FTP, SSH, SMTP, POP3, IMAP, MySQL. Their clients wait for it. */
const SERVER_FIRST_PORTS = new Set([21, 22, 25, 110, 143, 465, 587, 993, 995, 3306, 33_060]);

/** No request of HTTP begins so (RFC 9110, 9.1: methods are capitals), but for an empty line before one. */
const isNoRequest = (first: number): boolean => first !== 0x0d && first !== 0x0a && (first < 0x41 || first > 0x5a);

/** Serves the connection until one side ends it. Never rejects. */
export async function serveOutbound(request: OutboundRequest, policy: OutboundPolicy, fetch: Fetch): Promise<void> {
  const { stream } = request;
  // Nobody would ever answer: better told at once than after a driver's own patience.
  if (SERVER_FIRST_PORTS.has(request.port)) return stream.breakOff(Errno.ECONNREFUSED);
  const reader = new ByteReader(stream);
  const origin = requestOrigin(request.host, request.port, request.secure);
  try {
    const first = await reader.peek();
    if (first !== null && isNoRequest(first)) return stream.breakOff(Errno.ECONNREFUSED);
    for (let next = await readRequest(reader); next !== null; next = await readRequest(reader)) {
      if (!(await serveOne(stream, reader, next, origin, policy, fetch))) break;
    }
  } catch (error) {
    // Not HTTP, or the program went away in the middle.
    const reason = error instanceof HttpError ? error.message : undefined;
    if (reason !== undefined)
      await answerText(
        stream,
        400,
        'Bad Request',
        `Slipway cannot forward this connection to ${origin}: ${reason}. Only HTTP/1.1 can leave the container.\n`,
        false,
      ).catch(() => undefined);
  }
  stream.close();
}

async function readRequest(reader: ByteReader): Promise<Parsed | null> {
  let line = await reader.readLine(MAX_REQUEST_LINE);
  // RFC 9112, 2.2: an empty line before the request is ignored.
  if (line === '') line = await reader.readLine(MAX_REQUEST_LINE);
  if (line === null) return null;
  const [, method, target, version] = /^(\S+) (\S+) HTTP\/(1\.[01])$/.exec(line) ?? [];
  if (method === undefined || target === undefined || !isToken(method))
    throw new HttpError('it does not begin with an HTTP request');
  const headers = await readHeaders(reader);
  const keepAlive =
    version === '1.1' ? !headerHas(headers, 'connection', 'close') : headerHas(headers, 'connection', 'keep-alive');
  return { method, target, headers, keepAlive };
}

/** True when the connection can take another request. */
async function serveOne(
  stream: ByteStream,
  reader: ByteReader,
  request: Parsed,
  origin: string,
  policy: OutboundPolicy,
  fetch: Fetch,
): Promise<boolean> {
  const framing = bodyFraming(request.headers, 'request');
  // An upgrade would turn the connection into something that fetch cannot do.
  if (headerValue(request.headers, 'upgrade') !== undefined && headerHas(request.headers, 'connection', 'upgrade')) {
    await answerText(
      stream,
      502,
      'Bad Gateway',
      `Slipway cannot open a ${headerValue(request.headers, 'upgrade') ?? ''} connection to ${origin}: ` +
        'a browser tab can only make HTTP requests to the outside.\n',
      false,
    );
    return false;
  }
  // Sent at once: the program waits for it before it sends the body, and we need that to ask.
  if (headerHas(request.headers, 'expect', '100-continue')) await stream.write(encodeHead('HTTP/1.1 100 Continue', []));
  const body = await gather(readBody(reader, framing));
  // A proxy request names the whole address.
  const absolute = /^https?:\/\//i.test(request.target) ? new URL(request.target) : undefined;
  const target = outboundTarget(
    policy,
    absolute?.origin ?? origin,
    absolute === undefined ? request.target : absolute.pathname + absolute.search,
  );
  if (request.target === '*' || request.method === 'CONNECT') {
    await answerText(
      stream,
      502,
      'Bad Gateway',
      `Slipway cannot forward ${request.method} ${request.target}: only requests for a path can leave the container.\n`,
      false,
    );
    return false;
  }

  // Aborted when the program goes away: the browser would go on loading.
  const abort = new AbortController();
  const ask = (pass: string | null) =>
    fetch(target.url, {
      method: request.method,
      headers: forwardedHeaders(request.headers, pass),
      ...(body === undefined || request.method === 'GET' || request.method === 'HEAD' ? {} : { body }),
      // No cookie of the user's browser ever accompanies a program's request.
      credentials: 'omit',
      mode: 'cors',
      redirect: 'follow',
      referrerPolicy: 'no-referrer',
      signal: abort.signal,
    });
  let response: Response;
  try {
    response = target.mirror ? await askMirror(ask, policy.pass) : await ask(null);
  } catch (error) {
    if (!target.mirror) {
      // fetch rejects alike for no network, no permission and no such host. Programs look for an error of the network;
      // what may be behind it their process says (node-bindings, explain-unreachable.ts).
      stream.breakOff(Errno.ECONNREFUSED);
      return false;
    }
    const why = error instanceof Error ? error.message : String(error);
    await answerText(
      stream,
      502,
      'Bad Gateway',
      `Slipway cannot reach ${absolute?.origin ?? origin}: ${why}. ` +
        'The registry mirror of this Slipway server could not be reached.\n',
      request.keepAlive,
    );
    return request.keepAlive;
  }
  return answer(stream, request, response, abort);
}

/** A pass may have run out, or be there only when it is first asked for: the mirror says so, and is asked once more. */
async function askMirror(
  ask: (pass: string | null) => Promise<Response>,
  pass: MirrorPass | undefined,
): Promise<Response> {
  const shown = pass?.current() ?? null;
  const response = await ask(shown);
  if (pass === undefined || !response.headers.has(MIRROR_REFUSAL_HEADER)) return response;
  const next = await pass.renew(shown);
  if (next === null || next === shown) return response;
  await response.body?.cancel();
  return await ask(next);
}

/** A whole body in memory; `undefined` when it is empty, since fetch refuses one of some methods. */
async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > MAX_REQUEST_BODY) throw new HttpError(`the request body is larger than ${MAX_REQUEST_BODY} bytes`);
    // A copy: the piece lies in the reader's buffer.
    parts.push(piece.slice());
  }
  if (size === 0) return undefined;
  return joinBytes(parts);
}

function forwardedHeaders(headers: HeaderList, pass: string | null): [string, string][] {
  const kept = endToEnd(headers).filter(([name]) => {
    const lower = name.toLowerCase();
    return !withheld.has(lower) && !lower.startsWith('sec-') && !lower.startsWith('proxy-');
  });
  const forwarded = kept.map(([name, value]): [string, string] => [name, value]);
  // The mirror knows us by this; a token of the user's own for the registry stays beside it.
  if (pass !== null) forwarded.push([MIRROR_PASS_HEADER, pass]);
  return forwarded;
}

/** Writes the answer as HTTP/1.1. True when the connection can take another request. */
async function answer(
  stream: ByteStream,
  request: Parsed,
  response: Response,
  abort: AbortController,
): Promise<boolean> {
  const bodiless =
    request.method === 'HEAD' || response.status === 204 || response.status === 304 || response.body === null;
  const headers: (readonly [string, string])[] = [];
  // fetch has decoded the body already, and another site's coding header is not even shown to us:
  // a length can only be trusted where there is no body or we see that there was no coding.
  const coded = response.headers.has('content-encoding');
  const lengthKnown = !coded && response.type === 'basic' && response.headers.has('content-length');
  for (const [name, value] of endToEnd([...response.headers])) {
    if (name === 'content-encoding' || (name === 'content-length' && !lengthKnown && request.method !== 'HEAD'))
      continue;
    headers.push([name, value]);
  }
  const chunked = !bodiless && !lengthKnown;
  if (chunked) headers.push(['Transfer-Encoding', 'chunked']);
  else if (bodiless && request.method !== 'HEAD' && response.status !== 204 && response.status !== 304 && !lengthKnown)
    headers.push(['Content-Length', '0']);
  headers.push(['Connection', request.keepAlive ? 'keep-alive' : 'close']);
  try {
    await stream.write(encodeHead(`HTTP/1.1 ${response.status} ${response.statusText || 'OK'}`, headers));
    if (!bodiless && response.body !== null) {
      for await (const bytes of piecesOf(response.body))
        if (bytes.length > 0) await stream.write(chunked ? encodeChunk(bytes) : bytes);
      if (chunked) await stream.write(encodeChunk(new Uint8Array()));
    }
    return request.keepAlive;
  } catch (error) {
    // The program has closed its end, or the server broke off: the half answer must not look whole.
    abort.abort();
    throw error;
  }
}

async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

async function answerText(
  stream: ByteStream,
  status: number,
  statusText: string,
  text: string,
  keepAlive: boolean,
): Promise<void> {
  const body = new TextEncoder().encode(text);
  await stream.write(
    encodeHead(`HTTP/1.1 ${status} ${statusText}`, [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', String(body.length)],
      // Tells our own answers from the other side's.
      ['X-Slipway', 'gateway'],
      ['Connection', keepAlive ? 'keep-alive' : 'close'],
    ]),
  );
  await stream.write(body);
}
