import type { GitClient } from './git-client.ts';
import type { ChangedFile, ChangeKind } from './parse-status.ts';

/** `ref` is the full name, by which branches of one short name differ. */
export interface Branch {
  readonly name: string;
  readonly ref: string;
  readonly current: boolean;
  readonly remote: boolean;
  readonly upstream: string;
  readonly subject: string;
}

export interface Remote {
  readonly name: string;
  readonly url: string;
}

export interface Commit {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly at: Date;
  readonly refs: readonly string[];
  readonly subject: string;
}

/** US, the unit separator: no name of a branch or person has it, and a subject that does is put together again. */
const FIELD = '\x1f';
const REFS_FORMAT = ['refname', 'refname:short', 'HEAD', 'upstream:short', 'subject']
  .map((atom) => `%(${atom})`)
  .join(FIELD);
/** Hash, parents, author, time in seconds, decorations, subject. */
const LOG_FORMAT = ['%H', '%P', '%an', '%at', '%D', '%s'].join(FIELD);
/** So many are read at once; git is asked again for more. */
export const LOG_PAGE = 50;

/** The `HEAD` of a remote is left out: it only says which branch that means by default. */
export async function readBranches(git: GitClient): Promise<readonly Branch[]> {
  const text = await git.mustRun(['for-each-ref', `--format=${REFS_FORMAT}`, 'refs/heads', 'refs/remotes']);
  return rows(text).flatMap(([ref = '', name = '', head, upstream = '', subject = '']) =>
    ref.endsWith('/HEAD')
      ? []
      : [{ ref, name, current: head === '*', remote: ref.startsWith('refs/remotes/'), upstream, subject }],
  );
}

/** One address each: that from which is fetched, which can differ from the one that is pushed to. */
export async function readRemotes(git: GitClient): Promise<readonly Remote[]> {
  const text = await git.mustRun(['remote', '-v']);
  return text.split('\n').flatMap((line) => {
    const match = /^(\S+)\t(.+) \(fetch\)$/.exec(line);
    return match === null ? [] : [{ name: match[1] ?? '', url: match[2] ?? '' }];
  });
}

/** Newest first, from the commit on which the project stands; one more than a page tells that there are older ones. */
export async function readLog(git: GitClient, skip: number): Promise<{ commits: readonly Commit[]; more: boolean }> {
  const text = await git.mustRun(['log', `--format=${LOG_FORMAT}`, '-n', String(LOG_PAGE + 1), `--skip=${skip}`]);
  const commits = rows(text).map(([oid = '', parents = '', author = '', at, refs = '', ...subject]) => ({
    oid,
    parents: parents.split(' ').filter((each) => each !== ''),
    author,
    at: new Date(Number(at) * 1000),
    refs: refs.split(', ').filter((each) => each !== ''),
    subject: subject.join(FIELD),
  }));
  return { commits: commits.slice(0, LOG_PAGE), more: commits.length > LOG_PAGE };
}

const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(FIELD));

const KINDS: Readonly<Record<string, ChangeKind>> = { A: 'added', M: 'changed', D: 'deleted', R: 'renamed', T: 'type' };

/** What a commit changed, compared with its first parent. */
export async function readCommitFiles(git: GitClient, { oid, parents }: Commit): Promise<readonly ChangedFile[]> {
  const [parent] = parents;
  const sides = parent === undefined ? ['--root', '--no-commit-id', oid] : [parent, oid];
  return parseNameStatus(await git.mustRun(['diff-tree', '-r', '-z', '-M', '--name-status', ...sides]));
}

/** git-diff(1), `-z --name-status`: a letter, then a path, or two where it was renamed. */
export function parseNameStatus(text: string): readonly ChangedFile[] {
  const parts = text.split('\0');
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < parts.length;) {
    const kind = KINDS[(parts[at] ?? '').charAt(0)] ?? 'changed';
    const [one = '', two = ''] = [parts[at + 1], parts[at + 2]];
    if (kind === 'renamed') files.push({ path: two, from: one, kind });
    else files.push({ path: one, kind });
    at += kind === 'renamed' ? 3 : 2;
  }
  return files;
}

/** A blob by its revision, such as `HEAD:a` or `:a`; `undefined` where there is none. */
export async function readBlob(git: GitClient, revision: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { code, stdout } = await git.run(['cat-file', 'blob', revision]);
  return code === 0 ? stdout : undefined;
}

/** Links are among them, of mode 120000: their bytes are what they lead to. */
export interface IndexedFile {
  /** Six octal digits. */
  readonly mode: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the index has of these paths, with the bytes, by two commands however many they are. */
export async function readIndexed(git: GitClient, paths: readonly string[]): Promise<ReadonlyMap<string, IndexedFile>> {
  const found = new Map<string, IndexedFile>();
  if (paths.length === 0) return found;
  const listed = await git.mustRun(['ls-files', '-s', '-z', '--full-name', '--', ...paths]);
  const entries = [...listed.matchAll(/(\d{6}) ([0-9a-f]{40}) 0\t([^\0]*)\0/g)];
  const stdin = new TextEncoder().encode(entries.map(([, , oid]) => `${oid ?? ''}\n`).join(''));
  const { stdout } = await git.run(['cat-file', '--batch'], { stdin });
  let at = 0;
  for (const [, mode = '', oid = '', path = ''] of entries) {
    const end = stdout.indexOf(0x0a, at);
    const [name, , size] = new TextDecoder().decode(stdout.subarray(at, end)).split(' ');
    if (name !== oid || end < 0) throw new Error(`"${path}" is not in the index any more`);
    at = end + 1 + Number(size);
    found.set(path, { mode, bytes: stdout.slice(end + 1, at) });
    at += 1;
  }
  return found;
}
