import { GitError } from './git-error.ts';
import { decodeHeaders, encodeHeaders, type Header } from './headers.ts';
import { isOid, type Oid, parseOid } from './oid.ts';
import { encodePerson, parsePerson, type Person } from './person.ts';

/** A commit. `extra` are the headers after `committer` (encoding, gpgsig, mergetag …), in their order. */
export interface Commit {
  tree: Oid;
  parents: readonly Oid[];
  author: Person;
  committer: Person;
  extra?: readonly Header[];
  message: string;
}

/** What a commit leads to, and when it was made: enough to walk the history. */
export interface CommitLinks {
  tree: Oid;
  parents: Oid[];
  /** Seconds since 1970; 0 where the line cannot be read, as git takes it. */
  timeSeconds: number;
}

/** In git's order of headers, so that a decoded commit comes out byte by byte. */
export function encodeCommit({ tree, parents, author, committer, extra = [], message }: Commit): Uint8Array {
  return encodeHeaders(
    [
      ['tree', parseOid(tree)],
      ...parents.map((parent): Header => ['parent', parseOid(parent)]),
      ['author', encodePerson(author)],
      ['committer', encodePerson(committer)],
      ...extra,
    ],
    message,
  );
}

/** Throws `bad-commit` for headers that are missing or in another order. */
export function decodeCommit(bytes: Uint8Array): Commit {
  const { headers, message } = decodeHeaders(bytes, 'bad-commit');
  const { tree, parents, rest } = takeLinks(headers);
  const [author, committer, ...extra] = rest;
  if (author?.[0] !== 'author' || committer?.[0] !== 'committer')
    throw new GitError('bad-commit', 'Cannot read commit: author and committer must follow the parents');
  return {
    tree,
    parents,
    author: parsePerson(author[1]),
    committer: parsePerson(committer[1]),
    ...(extra.length === 0 ? {} : { extra }),
    message,
  };
}

/**
 * Tree and parents of a commit from outside. Old histories hold authors that git would not write today; they are taken,
 * as git takes them, because a commit that is changed is another one.
 */
export function readCommitLinks(bytes: Uint8Array): CommitLinks {
  const { headers } = decodeHeaders(bytes, 'bad-commit');
  const { tree, parents, rest } = takeLinks(headers);
  const committer = rest.find(([name]) => name === 'committer')?.[1];
  if (committer === undefined || rest[0]?.[0] !== 'author')
    throw new GitError('bad-commit', 'Cannot read commit: author and committer must follow the parents');
  const time = Number(/> (\d{1,15}) [+-]\d+$/.exec(committer)?.[1] ?? 0);
  return { tree, parents, timeSeconds: time };
}

function takeLinks(headers: readonly Header[]): { tree: Oid; parents: Oid[]; rest: readonly Header[] } {
  const [first] = headers;
  if (first?.[0] !== 'tree' || !isOid(first[1]))
    throw new GitError('bad-commit', 'Cannot read commit: it does not begin with its tree');
  let end = 1;
  while (headers[end]?.[0] === 'parent') end++;
  return { tree: first[1], parents: headers.slice(1, end).map(([, oid]) => parseOid(oid)), rest: headers.slice(end) };
}
