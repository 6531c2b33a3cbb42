import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Site } from '@slipway/db';
import { isNotModified } from '@slipway/sites';
import { isNavigation } from '../http/error-page.ts';
import { type Hosts, hostWithoutPort } from '../hosts/hosts.ts';
import { createByteCache } from './byte-cache.ts';

/** A whole answer of 200 to a site that everybody may see. */
export interface HotAnswer {
  /** Of the bytes as they are sent: encoding and length among them. */
  headers: Readonly<Record<string, string>>;
  bytes: Uint8Array;
  validators: { etag: string; lastModifiedMs: number };
}

/** If a field were missing here, one request would get the answer of another. */
export interface HotQuestion {
  host: string;
  target: string;
  encodings: string;
  navigation: boolean;
}

/**
 * Whole answers, ready to be written: most of what a small file costs is not its bytes but finding out about them.
 * Whether the site may be seen is asked anew for each (ST-11, ST-13).
 */
export interface HotAnswers {
  keep(site: Site, question: HotQuestion, answer: HotAnswer): void;
  /** Answers a request by what is kept; false where the long way has to. */
  send(incoming: IncomingMessage, outgoing: ServerResponse): boolean;
}

/** Of an address and what a client says it takes; others go the long way. */
const TARGET_UNITS = 1024;
const ENCODINGS_UNITS = 100;
/** What an answer takes besides its bytes. */
const ENTRY_BYTES = 2048;

/** Each of them makes another answer, or a body that somebody has to read. */
const LONG_WAY = ['range', 'if-range', 'content-length', 'transfer-encoding', 'expect', 'upgrade'] as const;

/** `known` and `viewed` are called for each answer, and must not wait for anything. */
export interface HotAnswersNeeds {
  /** Bytes and ENTRY_BYTES of all answers together; what was used last stays. */
  limitBytes: number;
  /** Undefined sends the request the long way, where the database is asked. */
  known(host: string): Site | undefined;
  /** For whole pages that a person opens, not for their parts: the counter gathers in memory. */
  viewed(site: Site): void;
}

/** Bound to the server by `over`, when its hosts are known. */
export function createHotAnswers({ limitBytes, known, viewed }: HotAnswersNeeds): {
  keep: HotAnswers['keep'];
  over(server: { hosts: Hosts; answered(host: string, status: number, ms: number): void }): HotAnswers['send'];
} {
  const answers = createByteCache<HotAnswer>(limitBytes);
  return {
    keep: (site, question, answer) => {
      const { target, encodings } = question;
      if (!isOpen(site) || target.length > TARGET_UNITS || encodings.length > ENCODINGS_UNITS) return;
      answers.set(keyOf(site, question), answer, answer.bytes.length + ENTRY_BYTES);
    },
    over:
      ({ hosts, answered }) =>
      (incoming, outgoing) => {
        const { method, headers, url: target = '' } = incoming;
        if ((method !== 'GET' && method !== 'HEAD') || LONG_WAY.some((name) => headers[name] !== undefined))
          return false;
        const began = performance.now();
        const kind = hosts.classify(headers.host);
        // What is no name of this server's may be somebody's own domain.
        const host =
          kind.kind === 'site' ? kind.label : kind.kind === 'unknown' ? hostWithoutPort(headers.host) : undefined;
        const site = host === undefined ? undefined : known(host);
        if (site === undefined || !isOpen(site)) return false;
        const navigation = isNavigation((name) => firstOf(headers[name]));
        const encodings = firstOf(headers['accept-encoding']) ?? '';
        const answer = answers.get(keyOf(site, { host: headers.host ?? '', target, encodings, navigation }));
        if (answer === undefined) return false;
        const asked = {
          ifNoneMatch: firstOf(headers['if-none-match']),
          ifModifiedSince: firstOf(headers['if-modified-since']),
        };
        const status = isNotModified(asked, answer.validators) ? 304 : 200;
        outgoing.writeHead(status, {
          ...(status === 304 ? withoutBody(answer.headers) : answer.headers),
          'x-request-id': randomUUID(),
        });
        outgoing.end(status === 304 || method === 'HEAD' ? undefined : answer.bytes);
        if (status === 200 && method === 'GET' && navigation) viewed(site);
        answered(kind.kind, status, performance.now() - began);
        return true;
      },
  };
}

/** Whether everybody may see it for ever, so that what is between may keep it (ST-04). */
export const isOpen = (site: Site): boolean =>
  site.passwordHash === null && site.expiresInUs === null && site.viewLimit === null;

/** No header and no address holds a line break. */
const keyOf = (
  { key, kind, artifactId, createdAt }: Site,
  { host, target, encodings, navigation }: HotQuestion,
): string =>
  `${kind} ${key} ${artifactId} ${createdAt} ${navigation ? 'page' : 'file'}\n${host}\n${encodings}\n${target}`;

function withoutBody(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { 'content-type': _type, 'content-length': _length, 'content-encoding': _encoding, ...others } = headers;
  return others;
}

const firstOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];
