import type { AppliedEntry } from '@slipway/wire';
import type { Accessor } from 'solid-js';
import type { Discarded, SourceControl, SourceControlParts } from './create-source-control.ts';
import { GitError, type GitClient } from './git-client.ts';
import type { ChangedFile, RepositoryStatus } from './parse-status.ts';
import { type IndexedFile, readBlob, readIndexed } from './read-repository.ts';

/** What each action needs, so that files, branches and remotes can be told apart. */
export interface Doing {
  readonly git: GitClient;
  readonly files: SourceControlParts['files'];
  /** One thing at a time; false where it did not happen, and why is said elsewhere. */
  act(what: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<boolean>;
  readonly status: Accessor<RepositoryStatus | undefined>;
  setProgress(line: string): void;
}

type FileActions =
  | 'init'
  | 'stage'
  | 'unstage'
  | 'discard'
  | 'putBack'
  | 'stageBytes'
  | 'settle'
  | 'commit'
  | 'lastMessage';
type BranchActions = 'switchTo' | 'createBranch' | 'deleteBranch' | 'merge' | 'abortMerge';
type RemoteActions = 'addRemote' | 'removeRemote' | 'exchange';

const EXCHANGES = { fetch: 'Fetching', pull: 'Pulling', push: 'Pushing' } as const;

/** For what is one command and prints nothing that is needed. */
const runner =
  ({ git, act }: Doing) =>
  (what: string, ...args: readonly string[]): Promise<boolean> =>
    act(what, () => git.mustRun(args));

/** One at a time, with the files as they are then. */
export function fileActions(doing: Doing): Pick<SourceControl, FileActions> {
  const { git, files, act } = doing;
  const run = runner(doing);
  /** As of now: what a program changes in between is left, and its change stays. */
  const apply = async (entries: readonly AppliedEntry[]): Promise<void> => {
    const { cursor } = await files.changes();
    await files.apply(cursor, entries);
  };
  return {
    init: () => run('Making a repository', 'init', '-b', 'main'),
    stage: (paths) => run('Staging', 'add', '-A', '--', ...paths),
    unstage: (paths) => run('Unstaging', 'reset', '-q', '--', ...paths),
    async discard(changed) {
      let before: Discarded | undefined;
      const done = await act('Discarding', async () => {
        const kept = await files.readPaths(changed.map(({ path }) => path));
        const known = await readIndexed(
          git,
          changed.flatMap(({ path, kind }) => (kind === 'new' ? [] : path)),
        );
        const next = changed.map((file) => wantedEntry(file, known.get(file.path)));
        await apply(next);
        before = kept.map((each): AppliedEntry => {
          if (each.kind === 'dir') return { kind: 'dir', path: each.path, mode: each.mode };
          return each.kind === 'file' ? { ...each, bytes: new Uint8Array(each.bytes) } : each;
        });
      });
      return done ? before : undefined;
    },
    putBack: (discarded) => act('Putting back', () => apply(discarded)),
    /** A blob is made of the bytes and the index is told of it, so the file stays as it is. */
    stageBytes: (path, bytes) =>
      act('Staging', async () => {
        const mode = (await readIndexed(git, [path])).get(path)?.mode ?? '100644';
        const oid = (await git.mustRun(['hash-object', '-w', '--stdin'], { stdin: bytes })).trim();
        await git.mustRun(['update-index', '--add', '--cacheinfo', `${mode},${oid},${path}`]);
      }),
    /** Stages 2 and 3 of the index are ours and theirs (gitrevisions(7)); a side without one has deleted the path. */
    settle: ({ path, ours, theirs }, side) =>
      act('Settling', async () => {
        const mode = side === 'ours' ? ours : theirs;
        const bytes = mode === undefined ? undefined : await readBlob(git, `:${side === 'ours' ? 2 : 3}:${path}`);
        await apply([bytes === undefined ? { kind: 'gone', path } : entryOf(path, mode, new Uint8Array(bytes))]);
        await git.mustRun(['add', '-A', '--', path]);
      }),
    commit: (message, { amend, all }) =>
      act('Committing', async () => {
        if (all) await git.mustRun(['add', '-A']);
        const stdin = new TextEncoder().encode(message);
        await git.mustRun(['commit', ...(amend ? ['--amend'] : []), '-F', '-'], { stdin });
      }),
    lastMessage: async () => (await git.mustRun(['log', '-1', '--format=%B'])).trimEnd(),
  };
}

/** What git keeps of a file by its mode: a link's bytes are where it leads. */
function entryOf(path: string, mode: string | undefined, bytes: Uint8Array<ArrayBuffer>): AppliedEntry {
  if (mode === '120000') return { kind: 'link', path, target: new TextDecoder().decode(bytes) };
  return { kind: 'file', path, mode: mode === '100755' ? 0o755 : 0o644, bytes };
}

/** Each is a command of git; what git refuses is shown in its own words. */
export function branchActions(doing: Doing): Pick<SourceControl, BranchActions> {
  const { git, act } = doing;
  const run = runner(doing);
  return {
    switchTo: ({ name, remote }) =>
      remote
        ? run(`Switching to ${name}`, 'switch', name.replace(/^[^/]+\//, ''))
        : run(`Switching to ${name}`, 'switch', name),
    createBranch: (name) => run(`Making branch ${name}`, 'switch', '-c', name),
    async deleteBranch(name, force) {
      let unmerged = false;
      const done = await act(`Deleting branch ${name}`, async () => {
        const { code, stderr } = await git.run(['branch', force ? '-D' : '-d', name]);
        unmerged = !force && code !== 0 && /not (?:fully )?merged/.test(stderr);
        if (code !== 0 && !unmerged) throw new GitError(stderr, code);
      });
      return unmerged ? 'unmerged' : done ? 'deleted' : 'failed';
    },
    merge: (name) =>
      act(`Merging ${name}`, async () => {
        const { code, stdout, stderr } = await git.run(['merge', name]);
        // What could not be merged is no failure: the lists show it.
        if (code !== 0 && !/CONFLICT/.test(new TextDecoder().decode(stdout) + stderr)) throw new GitError(stderr, code);
      }),
    abortMerge: () => run('Taking the merge back', 'merge', '--abort'),
  };
}

/** Only these reach the network, and so tell how far they are. */
export function remoteActions(doing: Doing): Pick<SourceControl, RemoteActions> {
  const { git, act, status, setProgress } = doing;
  const run = runner(doing);
  return {
    addRemote: (name, url) => run('Adding the remote', 'remote', 'add', name, url),
    removeRemote: (name) => run('Removing the remote', 'remote', 'remove', name),
    /**
     * The credential goes by the environment of this one program (`guest/git.ts` of the container reads it).
     * A push makes the branch follow what it was pushed to; a pull without an upstream takes the branch of
     * the same name.
     */
    exchange: (what, remote, credential) =>
      act(EXCHANGES[what], async (signal) => {
        const branch = status()?.branch;
        const target = what === 'push' ? ['-u', remote, ...(branch === undefined ? ['HEAD'] : [branch])] : [remote];
        const follows = what === 'pull' && status()?.upstream === undefined && branch !== undefined ? [branch] : [];
        await git.mustRun([what, '--progress', ...target, ...follows], {
          signal,
          onProgress: setProgress,
          ...(credential === undefined
            ? {}
            : { env: { GIT_HTTP_USER: credential.username, GIT_HTTP_PASSWORD: credential.password } }),
        });
      }),
  };
}

/** What a path is to be when its change is discarded: as in the index, or gone where that does not have it. */
function wantedEntry({ path, kind }: ChangedFile, known: IndexedFile | undefined): AppliedEntry {
  if (kind === 'new') return { kind: 'gone', path };
  if (known === undefined) throw new Error(`"${path}" is not in the index any more`);
  const { mode, bytes } = known;
  if (mode === '120000') return { kind: 'link', path, target: new TextDecoder().decode(bytes) };
  return { kind: 'file', path, mode: mode === '100755' ? 0o755 : 0o644, bytes };
}
