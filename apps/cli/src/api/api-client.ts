import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { errorEnvelope } from '@slipway/contracts';

/** SLIPWAY_URL says which server, SLIPWAY_TOKEN which person. */
export interface ApiClient {
  /** The answer's JSON; throws with what the server says where it refuses. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The bytes that a GET answers, at most so many. */
  bytes(path: string, limitBytes: number): Promise<Uint8Array>;
}

/** Until the headers and the body are there: the signal covers both. */
const ANSWER_MS = 30_000;
const ANSWER_BYTES = 16 * 1024 ** 2;

/**
 * Reads SLIPWAY_URL and SLIPWAY_TOKEN. Without a token it signs in as the machine's owner, where the server lets it.
 */
export async function openApi(env: Readonly<Record<string, string | undefined>>): Promise<ApiClient> {
  const origin = new URL(env['SLIPWAY_URL'] || 'http://slipway.localhost:4000').origin;
  const token = env['SLIPWAY_TOKEN'] || (await signIn(origin));
  return {
    call: (method, path, body) => send(origin, { method, path, body, token }),
    bytes: async (path, limitBytes) => (await ask(origin, { method: 'GET', path, token, limitBytes })).bytes,
  };
}

/** The token of whoever owns the machine. A server with passwords, or on another machine, refuses. */
async function signIn(origin: string): Promise<string> {
  const path = '/api/v1/auth/local';
  const answer = (await send(origin, { method: 'POST', path, body: {} })) as { data?: { accessToken?: unknown } };
  const token = answer.data?.accessToken;
  if (typeof token !== 'string') throw new Error(`Cannot sign in at ${origin}: set SLIPWAY_TOKEN`);
  return token;
}

interface Asked {
  method: string;
  path: string;
  body?: unknown;
  token?: string;
  limitBytes?: number;
}

async function send(origin: string, asked: Asked): Promise<unknown> {
  return parse((await ask(origin, asked)).bytes.toString('utf8'));
}

/**
 * As the IDE's page would ask: the server takes changes from its own origin alone. `agent: false`, so that no
 * idle connection keeps the command from ending. Throws with what the server says where it refuses.
 */
async function ask(
  origin: string,
  { method, path, body, token, limitBytes = ANSWER_BYTES }: Asked,
): Promise<{ bytes: Buffer }> {
  const url = new URL(path, origin);
  // Node does not resolve such names: the server is on this machine.
  const local = url.hostname.endsWith('.localhost');
  const address = local ? { hostname: '127.0.0.1', port: url.port || 80 } : {};
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const start = url.protocol === 'https:' ? secureRequest : request;
    start(
      url,
      {
        ...address,
        method,
        agent: false,
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: {
          host: url.host,
          origin,
          'sec-fetch-site': 'same-origin',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
      },
      resolve,
    )
      .on('error', (error) => reject(new Error(`Cannot reach ${origin}: ${error.message}`)))
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    read += chunk.length;
    if (read > limitBytes) throw new Error(`Cannot read the answer of ${origin}: it has more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if ((incoming.statusCode ?? 0) < 300) return { bytes };
  const error = errorEnvelope.safeParse(parse(bytes.toString('utf8')));
  throw new Error(error.success ? error.data.message : `${origin} answered ${incoming.statusCode}`);
}

/** A proxy's error page is no JSON: the status alone tells then. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
