import { GitError } from '../objects/git-error.ts';
import { type Oid, parseOid } from '../objects/oid.ts';

/** Most lines of one kind in a request: a checkout of a partial clone wants each blob by name. */
const LINES_LIMIT = 100_000;

/** git's `blob:none` and `blob:limit=N`. */
export type BlobFilter = { kind: 'none' } | { kind: 'limit'; bytes: number };

/** The same for protocol versions 0 and 2, whose lines differ. */
export interface FetchRequest {
  wants: Oid[];
  haves: Oid[];
  done: boolean;
  shallow: Oid[];
  depth?: number;
  relative: boolean;
  sinceSeconds?: number;
  /** Refs whose history is not wanted. */
  not: string[];
  filter?: BlobFilter;
  thin: boolean;
  ofsDelta: boolean;
  includeTag: boolean;
  progress: boolean;
}

/** Filled while the request is read line by line. */
export function emptyFetchRequest(): FetchRequest {
  return {
    wants: [],
    haves: [],
    done: false,
    shallow: [],
    relative: false,
    not: [],
    thin: false,
    ofsDelta: false,
    includeTag: false,
    progress: true,
  };
}

/** Throws beyond {@link LINES_LIMIT}: a request is read before anybody knows who asks for how much. */
const push = <T>(list: T[], item: T): void => {
  if (list.length >= LINES_LIMIT)
    throw new GitError('too-large', `request has more than ${LINES_LIMIT} lines of one kind`);
  list.push(item);
};

/** Throws with git's own words, which `git` shows to the person. */
function parseCount(text: string, least: number): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (count < least) throw new GitError('bad-request', `Invalid deepen: ${text.slice(0, 40)}`);
  return count;
}

/** One line that both versions have; false for one that they have not. */
export function readFetchLine(request: FetchRequest, line: string): boolean {
  const space = line.indexOf(' ');
  const word = space === -1 ? line : line.slice(0, space);
  const rest = space === -1 ? '' : line.slice(space + 1);
  switch (word) {
    case 'want':
      push(request.wants, parseOid(rest));
      return true;
    case 'have':
      push(request.haves, parseOid(rest));
      return true;
    case 'done':
      request.done = true;
      return true;
    case 'shallow':
      push(request.shallow, parseOid(rest));
      return true;
    case 'deepen':
      request.depth = parseCount(rest, 1);
      return true;
    case 'deepen-since':
      request.sinceSeconds = parseCount(rest, 0);
      return true;
    case 'deepen-not':
      push(request.not, rest);
      return true;
    case 'filter':
      request.filter = parseFilter(rest);
      return true;
    default:
      return readFlag(request, word);
  }
}

/** What v2 says in lines of their own and v0 behind the first want. */
export function readFlag(request: FetchRequest, word: string): boolean {
  switch (word) {
    case 'deepen-relative':
      request.relative = true;
      return true;
    case 'thin-pack':
      request.thin = true;
      return true;
    case 'ofs-delta':
      request.ofsDelta = true;
      return true;
    case 'include-tag':
      request.includeTag = true;
      return true;
    case 'no-progress':
      request.progress = false;
      return true;
    default:
      return false;
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** gitprotocol-v2(5), "filter": of git's filters those of blobs. Sizes have units as in git's settings. */
function parseFilter(spec: string): BlobFilter {
  if (spec === 'blob:none') return { kind: 'none' };
  const [, digits, unit] = /^blob:limit=(\d{1,12})([kmg]?)$/i.exec(spec) ?? [];
  if (digits === undefined) throw new GitError('bad-request', `filter '${spec.slice(0, 80)}' not supported`);
  return { kind: 'limit', bytes: Number(digits) * (UNITS[unit?.toLowerCase() ?? ''] ?? 1) };
}
