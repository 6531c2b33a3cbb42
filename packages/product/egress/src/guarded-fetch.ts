import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { EgressError } from './egress-error.ts';
import type { EgressRules } from './egress-rules.ts';
import { limitedBody } from './limited-body.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Only what the guard understands: nothing else of `RequestInit` goes along. */
export interface GuardedInit {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /** For everything, the last byte of the answer included. */
  deadlineMs?: number;
  maxBytes?: number;
  /** `manual`: a redirect is an answer like any other. */
  redirect?: 'follow' | 'manual';
}

/** What nobody has said otherwise about. */
const DEFAULT_DEADLINE_MS = 10_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
const REDIRECTS_LIMIT = 5;
/** What proves who is calling does not go along to another origin. */
const CREDENTIAL_HEADERS = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key'];
const BODILESS = [204, 205, 304];

interface Step {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

/**
 * Calls an address on somebody's behalf (SV-24). Each connection, that of a redirect too, goes to an address that was
 * checked: the name is resolved once, and what was resolved is what is connected to.
 */
export async function guardedFetch(
  rules: EgressRules,
  address: string | URL,
  init: GuardedInit = {},
): Promise<Response> {
  const deadline = AbortSignal.timeout(init.deadlineMs ?? DEFAULT_DEADLINE_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  let step: Step = {
    url: parseUrl(address),
    method: init.method ?? 'GET',
    headers: Object.fromEntries(Object.entries(init.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    body: init.body,
  };
  for (let redirects = 0; ; redirects++) {
    const incoming = await send(rules, step, signal).catch((error: unknown) => {
      throw explain(error, step.url, deadline);
    });
    const next = init.redirect === 'manual' ? undefined : nextStep(step, incoming);
    if (next === undefined)
      return toResponse(incoming, { maxBytes: init.maxBytes ?? DEFAULT_MAX_BYTES, signal, deadline, url: step.url });
    incoming.destroy();
    if (redirects === REDIRECTS_LIMIT)
      throw new EgressError(
        'too-many-redirects',
        `Cannot call "${step.url.host}": more than ${REDIRECTS_LIMIT} redirects`,
      );
    step = next;
  }
}

/** Throws for what is no address of http: files, credentials in the address, and what `new URL` does not understand. */
function parseUrl(address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(String(address)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new EgressError('refused', 'Cannot call an address that is not http or https, or holds a password');
  return url;
}

async function send(rules: EgressRules, step: Step, signal: AbortSignal): Promise<IncomingMessage> {
  const { url } = step;
  const secure = url.protocol === 'https:';
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  // Also for an address as host, for which Node asks no resolver.
  const addresses = await unlessAborted(rules.addressesOf(hostname, port), signal);
  return await new Promise((resolve, reject) => {
    const outgoing = (secure ? httpsRequest : httpRequest)(
      {
        hostname,
        port,
        method: step.method,
        path: `${url.pathname}${url.search}`,
        headers: { 'accept-encoding': 'identity', ...step.headers, host: url.host },
        lookup: pinnedTo(addresses),
        // A connection of its own: a kept one was checked for another call.
        agent: false,
        signal,
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(step.body);
  });
}

/** Answers with what was checked, whatever the name has become since. */
export function pinnedTo(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    if (options.all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  };
}

function nextStep(step: Step, incoming: IncomingMessage): Step | undefined {
  const { statusCode = 0, headers } = incoming;
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  const url = parseUrl(URL.canParse(headers.location, step.url.href) ? new URL(headers.location, step.url) : '');
  if (step.url.protocol === 'https:' && url.protocol === 'http:')
    throw new EgressError('refused', `Cannot follow "${step.url.host}" from https to http`);
  const becomesGet =
    (statusCode === 303 && step.method !== 'HEAD') ||
    ((statusCode === 301 || statusCode === 302) && step.method === 'POST');
  const isLeft = (name: string) =>
    (url.origin !== step.url.origin && CREDENTIAL_HEADERS.includes(name)) ||
    (becomesGet && name.startsWith('content-'));
  return {
    url,
    method: becomesGet ? 'GET' : step.method,
    headers: Object.fromEntries(Object.entries(step.headers).filter(([name]) => !isLeft(name))),
    body: becomesGet ? undefined : step.body,
  };
}

function toResponse(
  incoming: IncomingMessage,
  of: { maxBytes: number; signal: AbortSignal; deadline: AbortSignal; url: URL },
): Response {
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2)
    headers.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!);
  const status = incoming.statusCode ?? 0;
  if (Number(incoming.headers['content-length'] ?? 0) > of.maxBytes) {
    incoming.destroy();
    throw new EgressError(
      'too-large',
      `Cannot take the answer of "${of.url.host}": it has more than ${of.maxBytes} bytes`,
    );
  }
  const isEmpty = BODILESS.includes(status);
  if (isEmpty) incoming.resume();
  const body = isEmpty ? null : limitedBody(incoming, of.maxBytes, (error) => explain(error, of.url, of.deadline));
  return new Response(body, { status, headers });
}

function explain(error: unknown, url: URL, deadline: AbortSignal): unknown {
  if (error instanceof EgressError) return error;
  if (deadline.aborted)
    return new EgressError('too-slow', `Cannot call "${url.host}": no whole answer in time`, { cause: error });
  if (error instanceof Error && error.name === 'AbortError') return error;
  return new EgressError('unreachable', `Cannot call "${url.host}": the connection failed`, { cause: error });
}
