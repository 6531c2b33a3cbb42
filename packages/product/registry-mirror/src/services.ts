import { buffer } from 'node:stream/consumers';
import { type FetchDeadlines, fetchWithDeadlines } from './fetch-with-deadlines.ts';
import type { Upstream } from './upstream.ts';

/** Who answers within seconds or not at all: a person waits. */
const serviceDeadlines: FetchDeadlines = {
  headersMs: 30_000,
  idleMs: 15_000,
  wholeMs: 60_000,
  limitBytes: 16 * 1024 ** 2,
};
/** Of what an audit sends: names and versions of a project's packages. */
export const AUDIT_LIMIT_BYTES = 4 * 1024 ** 2;
const QUERY_LIMIT = 2_048;

/** Passed on without a look: status, type and bytes. */
export interface ServiceAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer<ArrayBuffer>;
}

/** What a registry offers beside packages, and a mirror cannot keep: search and audit. */
export interface Services {
  /** The answer to `path`, which `isService` has let through. Throws where the registry cannot be reached. */
  ask(path: string, query: string, body: Audit | undefined): Promise<ServiceAnswer>;
}

/** What npm posts: JSON, as a rule packed with gzip. */
export interface Audit {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly encoding: string | undefined;
}

const GETS = new Set(['-/v1/search', '-/ping', '-/npm/v1/keys']);
const POSTS = new Set([
  '-/npm/v1/security/advisories/bulk',
  '-/npm/v1/security/audits/quick',
  '-/npm/v1/security/audits',
]);

/** Exact paths alone, never a prefix. */
export function isService(method: string, path: string): boolean {
  return (method === 'GET' ? GETS : method === 'POST' ? POSTS : new Set()).has(path);
}

/** Passes questions on to the registry; nothing of them is kept. `signal` ends what is under way. */
export function createServices(
  upstream: Upstream,
  options: { signal: AbortSignal; deadlines?: FetchDeadlines | undefined },
): Services {
  const { signal, deadlines = serviceDeadlines } = options;
  return {
    async ask(path, query, body) {
      const url = upstream.configuredUrl + path + query.slice(0, QUERY_LIMIT);
      const headers = {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(body?.encoding === undefined ? {} : { 'content-encoding': body.encoding }),
      };
      const request = { headers, signal, deadlines, ...(body === undefined ? {} : { body: body.bytes }) };
      return await fetchWithDeadlines(url, request, async (answer) => ({
        status: answer.status,
        contentType: answer.headers.get('content-type') ?? 'application/json',
        body: await buffer(answer.body),
      }));
    },
  };
}
