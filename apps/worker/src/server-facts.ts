import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { runtimeConfig, RUNTIME_CONFIG_PATH, type RuntimeConfig, runtimeOrigin } from '@slipway/wire';

/** Node does not resolve `*.localhost`: the server there is found on this machine's loopback. */
export function dialFor(origin: string): { host: string; port: number } | undefined {
  const { hostname, port, protocol } = new URL(origin);
  return hostname.endsWith('.localhost')
    ? { host: '127.0.0.1', port: Number(port || (protocol === 'https:' ? 443 : 80)) }
    : undefined;
}

/** The document is small and made from memory: a server that takes longer is not well. */
const CONFIG_MS = 10_000;
const CONFIG_LIMIT_BYTES = 1024 ** 2;

/**
 * The hosts of the server that this worker works for, asked of itself. Rejects with the
 * signal's own reason when that is aborted, and with a message after `deadlineMs`.
 */
export async function readRuntimeConfig(
  appOrigin: string,
  signal: AbortSignal,
  deadlineMs = CONFIG_MS,
): Promise<RuntimeConfig> {
  const url = new URL(RUNTIME_CONFIG_PATH, appOrigin);
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    return runtimeConfig.parse(JSON.parse(await readBody(url, AbortSignal.any([signal, deadline]))));
  } catch (cause) {
    // The caller's own abort is told as it is; all else with the address that was asked.
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    const late = `no complete answer within ${deadlineMs} ms`;
    throw new Error(`Cannot read "${url.href}": ${deadline.aborted ? late : why}`, { cause });
  }
}

/**
 * Names the runtime that sandboxes boot: its page names its script by a digest, that one the next. Undefined where the
 * server does not say.
 */
export async function readRuntimeVersion(appOrigin: string, signal: AbortSignal): Promise<string | undefined> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(CONFIG_MS)]);
  try {
    const config = await readRuntimeConfig(appOrigin, limited);
    const page = await readBody(new URL('/headless', runtimeOrigin(config, VERSION_CONTAINER)), limited);
    return createHash('sha256').update(page).digest('hex');
  } catch (cause) {
    signal.throwIfAborted();
    // The sandbox asks for the same and says what is wrong.
    if (!(cause instanceof Error)) throw cause;
    return undefined;
  }
}

/** All containers have the same page. */
const VERSION_CONTAINER = 'bversion';

/** Throws for every status but 200, and for more than {@link CONFIG_LIMIT_BYTES}. */
async function readBody(url: URL, signal: AbortSignal): Promise<string> {
  const dial = dialFor(url.origin);
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const ask = url.protocol === 'https:' ? secureRequest : request;
    const address = dial ? { hostname: dial.host, port: dial.port } : {};
    // The address is of this machine, the host still the server's: it answers by that name.
    ask(url, { ...address, headers: { host: url.host }, signal }, resolve)
      .on('error', reject)
      .end();
  });
  const chunks: Buffer[] = [];
  let received = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > CONFIG_LIMIT_BYTES) throw new Error(`the answer is larger than ${CONFIG_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  if (incoming.statusCode !== 200) throw new Error(`the server answered ${incoming.statusCode}: ${body.slice(0, 200)}`);
  return body;
}
