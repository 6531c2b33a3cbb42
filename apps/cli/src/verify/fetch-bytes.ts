import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';

const ANSWER_MS = 30_000;
/** Followed in all; the next one is given back as it is, with its status. */
const REDIRECTS = 5;

/** `url` is where the redirects ended, so it can be another than was asked for. */
export interface Fetched {
  url: URL;
  status: number;
  bytes: Buffer;
}

/** Fetches as it is stored, not packed; redirects are followed within the site alone. Throws where nobody answers. */
export async function fetchBytes(address: URL, limitBytes: number): Promise<Fetched> {
  let url = address;
  for (let redirects = 0; ; redirects++) {
    const incoming = await ask(url);
    const location = incoming.headers.location;
    const next = location === undefined ? undefined : new URL(location, url);
    // The link of a version leads to its site's own host, once; a site's own rules may lead anywhere.
    if (next === undefined || redirects === REDIRECTS || (redirects > 0 && next.origin !== url.origin))
      return { url, status: incoming.statusCode ?? 0, bytes: await read(incoming, url, limitBytes) };
    incoming.destroy();
    url = next;
  }
}

/** One request, without following where it leads. */
async function ask(url: URL): Promise<IncomingMessage> {
  // Node does not resolve such names: the server is on this machine.
  const local = url.hostname.endsWith('.localhost');
  const address = local ? { hostname: '127.0.0.1', port: url.port || 80 } : {};
  return await new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? secureRequest : request;
    const headers = { host: url.host, 'accept-encoding': 'identity' };
    send(url, { ...address, headers, signal: AbortSignal.timeout(ANSWER_MS) }, resolve)
      .on('error', (error) => reject(new Error(`Cannot reach ${url.origin}: ${error.message}`)))
      .end();
  });
}

/** Counted as it comes: what a header says of the length is the other side's word. */
async function read(incoming: IncomingMessage, url: URL, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw new Error(`Cannot read "${url.href}": it has more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
