import type { ControlClient } from '@slipway/embed';
import type { AppliedEntry } from '@slipway/wire';
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { type Clock, pageClock } from '../clock/clock.ts';
import { makePacer } from '../pace/make-pacer.ts';
import { branchActions, type Doing, fileActions, remoteActions } from './source-control-actions.ts';
import { GitError, type GitClient } from './git-client.ts';
import { type ChangedFile, type ConflictedFile, parseStatus, type RepositoryStatus } from './parse-status.ts';
import {
  type Branch,
  type Commit,
  readBranches,
  readCommitFiles,
  readLog,
  readRemotes,
  type Remote,
} from './read-repository.ts';

/**
 * What is known of the project's own repository.
 *
 *   unread ──seen──▶ reading ──▶ none, ready or failed
 *
 * and again whenever files change while the panel is seen.
 */
export type Reading = 'unread' | 'reading' | 'none' | 'ready' | 'failed';

/** Bytes and modes as they were, so that putting them back needs no git. */
export type Discarded = readonly AppliedEntry[];

/** `files` brings changes that git itself tells nobody of. */
export interface SourceControlParts {
  readonly git: GitClient;
  readonly files: Pick<ControlClient, 'on' | 'changes' | 'readPaths' | 'apply'>;
  /** What was typed is in the files before git looks at them. */
  writeEdits(): Promise<void>;
  readonly clock?: Clock;
}

/** The project's `.git` as a person works with it. What does not happen says why in `problem`, and gives false. */
export interface SourceControl {
  readonly reading: Accessor<Reading>;
  readonly status: Accessor<RepositoryStatus | undefined>;
  readonly branches: Accessor<readonly Branch[]>;
  readonly remotes: Accessor<readonly Remote[]>;
  readonly commits: Accessor<readonly Commit[]>;
  readonly moreCommits: Accessor<boolean>;
  /** What is being done; undefined while nothing is. */
  readonly busy: Accessor<string | undefined>;
  readonly progress: Accessor<string | undefined>;
  readonly problem: Accessor<string | undefined>;
  /** A remote wants to know who asks. */
  readonly wantsSignIn: Accessor<boolean>;
  show(seen: boolean): void;
  refresh(): Promise<void>;
  init(): Promise<boolean>;
  stage(paths: readonly string[]): Promise<boolean>;
  unstage(paths: readonly string[]): Promise<boolean>;
  discard(files: readonly ChangedFile[]): Promise<Discarded | undefined>;
  putBack(discarded: Discarded): Promise<boolean>;
  /** Gives a path of the index these bytes, and leaves the file. */
  stageBytes(path: string, bytes: Uint8Array): Promise<boolean>;
  settle(file: ConflictedFile, side: 'ours' | 'theirs'): Promise<boolean>;
  commit(message: string, options: { readonly amend: boolean; readonly all: boolean }): Promise<boolean>;
  lastMessage(): Promise<string>;
  switchTo(branch: Branch): Promise<boolean>;
  createBranch(name: string): Promise<boolean>;
  /** `unmerged` where it has commits that no other branch has. */
  deleteBranch(name: string, force: boolean): Promise<'deleted' | 'unmerged' | 'failed'>;
  merge(name: string): Promise<boolean>;
  abortMerge(): Promise<boolean>;
  addRemote(name: string, url: string): Promise<boolean>;
  removeRemote(name: string): Promise<boolean>;
  exchange(what: 'fetch' | 'pull' | 'push', remote: string, credential?: Credential): Promise<boolean>;
  cancel(): void;
  olderCommits(): Promise<void>;
  /** What a commit changed; nothing where it cannot be read. */
  filesOf(commit: Commit): Promise<readonly ChangedFile[]>;
}

/** Kept in memory for one command, and nowhere else. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** Files change in bursts: an install, a build. */
const READ_PACE = { quietMs: 400, mostMs: 3_000 };
/** By what git prints: its exit code does not tell this from other failures. */
const NEEDS_SIGN_IN = /\b40[13]\b|authentication failed|could not read username|unauthorized/i;

/** Reads nothing until the panel is seen. Changes of files are noted meanwhile, and looked at then. */
export function createSourceControl({ git, files, writeEdits, clock }: SourceControlParts): SourceControl {
  const [reading, setReading] = createSignal<Reading>('unread');
  const [status, setStatus] = createSignal<RepositoryStatus>();
  const [branches, setBranches] = createSignal<readonly Branch[]>([]);
  const [remotes, setRemotes] = createSignal<readonly Remote[]>([]);
  const [commits, setCommits] = createSignal<readonly Commit[]>([]);
  const [moreCommits, setMoreCommits] = createSignal(false);
  const [busy, setBusy] = createSignal<string>();
  const [progress, setProgress] = createSignal<string>();
  const [problem, setProblem] = createSignal<string>();
  /** Apart from what a person's action came to: the next reading that succeeds takes back its own alone. */
  const [unread, setUnread] = createSignal<string>();
  const [wantsSignIn, setWantsSignIn] = createSignal(false);
  let current: AbortController | undefined;

  /** A failure keeps what is shown already: a lock of another git is gone a moment later. */
  const read = async (): Promise<void> => {
    if (reading() === 'unread') setReading('reading');
    try {
      const [head] = await files.readPaths(['.git/HEAD']);
      if (head?.kind !== 'file') {
        setStatus(undefined);
        setReading('none');
        setUnread(undefined);
        return;
      }
      const next = parseStatus(await git.mustRun(['status', '--porcelain=v2', '-z', '--branch', '-uall']));
      const before = status();
      setStatus(next);
      setReading('ready');
      setBranches(await readBranches(git));
      setRemotes(await readRemotes(git));
      if (next.head === undefined) setCommits([]);
      else if (next.head !== before?.head || commits().length === 0) {
        const page = await readLog(git, 0);
        setCommits(page.commits);
        setMoreCommits(page.more);
      }
      setUnread(undefined);
    } catch (error) {
      setUnread(messageOf(error));
      setReading((now) => (now === 'ready' ? now : 'failed'));
    }
  };
  let seen = false;
  let stale = true;
  const pacer = makePacer({
    clock: clock ?? pageClock,
    limits: READ_PACE,
    work: async () => {
      stale = false;
      await read();
    },
    retryAfterMs: () => undefined,
  });
  onCleanup(() => pacer.stop());
  onCleanup(
    files.on('changes', () => {
      stale = true;
      if (seen && busy() === undefined) pacer.touch();
    }),
  );
  const refresh = async (): Promise<void> => {
    pacer.touch();
    await pacer.flush();
  };

  /** One thing at a time; afterwards everything is read again. */
  const act = async (what: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> => {
    if (busy() !== undefined) return false;
    current = new AbortController();
    setBusy(what);
    setProblem(undefined);
    setWantsSignIn(false);
    try {
      await writeEdits();
      await work(current.signal);
      return true;
    } catch (error) {
      if (!current.signal.aborted) setProblem(messageOf(error));
      if (error instanceof GitError && NEEDS_SIGN_IN.test(error.stderr)) setWantsSignIn(true);
      return false;
    } finally {
      setBusy(undefined);
      setProgress(undefined);
      await refresh();
    }
  };
  /** What goes wrong is said in the panel. */
  const told = <T>(work: () => Promise<T>): Promise<T | undefined> =>
    work().catch((error: unknown) => void setProblem(messageOf(error)));
  const doing: Doing = { git, files, act, status, setProgress };

  return {
    ...{ reading, status, branches, remotes, commits, moreCommits, busy, progress, wantsSignIn },
    problem: () => problem() ?? unread(),
    show(now) {
      seen = now;
      if (now && stale) pacer.touch();
    },
    refresh,
    ...fileActions(doing),
    ...branchActions(doing),
    ...remoteActions(doing),
    cancel: () => current?.abort(),
    filesOf: async (commit) => (await told(() => readCommitFiles(git, commit))) ?? [],
    async olderCommits() {
      const page = await told(() => readLog(git, commits().length));
      if (page === undefined) return;
      setCommits((known) => [...known, ...page.commits]);
      setMoreCommits(page.more);
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
