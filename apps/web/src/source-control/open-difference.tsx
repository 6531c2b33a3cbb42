import { createEffect, createResource, createSignal, For, lazy, on, Show, Suspense } from 'solid-js';
import type { SourceControl } from './create-source-control.ts';
import type { GitClient } from './git-client.ts';
import type { LineHunk } from './line-hunks.ts';
import type { ChangedFile } from './parse-status.ts';
import { type Commit, readBlob } from './read-repository.ts';

// CodeMirror's: not among what is loaded before somebody looks.
const Comparison = lazy(async () => ({ default: (await import('../editor/comparison.tsx')).Comparison }));

/** What is compared: the file with the index, the index with the commit, or a commit with the one before it. */
export type Side = 'work' | 'staged' | 'commit';

/** `writeFile` takes a hunk back in the working tree. */
export interface DifferenceParts {
  readonly git: GitClient;
  readonly control: SourceControl;
  readFile(path: string): Promise<Uint8Array | undefined>;
  writeFile(path: string, text: string): Promise<void>;
}

const SHOWN_LIMIT_BYTES = 1024 * 1024;
const LABELS: Readonly<Record<Side, readonly [string, string]>> = {
  work: ['as staged', 'in the folder'],
  staged: ['as committed', 'as staged'],
  commit: ['before the commit', 'after the commit'],
};

type Texts = { readonly before: string; readonly after: string } | { readonly problem: string };

/** One file on two sides; what is not committed yet has its hunks, to be staged, unstaged or discarded one by one. */
export function Difference(props: { parts: DifferenceParts; side: Side; file: ChangedFile; commit?: Commit }) {
  const [texts, { refetch }] = createResource(() => readTexts(props.parts, props.side, props.file, props.commit));
  // What was staged, or typed, changes what there is to see.
  createEffect(
    on(
      () => props.parts.control.status(),
      () => props.side !== 'commit' && void refetch(),
      { defer: true },
    ),
  );
  const both = () => {
    const now = texts.latest;
    return now !== undefined && 'before' in now ? now : undefined;
  };
  const problem = (): string | undefined => {
    if (texts.error !== undefined) return String(texts.error);
    const now = texts.latest;
    return now !== undefined && 'problem' in now ? now.problem : undefined;
  };
  const labels = (): readonly [string, string] => {
    const [before, after] = LABELS[props.side];
    return [`${props.file.from ?? props.file.path} ${before}`, `${props.file.path} ${after}`];
  };
  return (
    <div class="difference">
      <Show when={problem()}>{(text) => <p class="empty">{text()}</p>}</Show>
      <Show when={both()} fallback={<Show when={problem() === undefined}>{<p class="empty">Comparing …</p>}</Show>}>
        {(now) => (
          <>
            <Show when={props.side !== 'commit'}>
              <Hunks
                parts={props.parts}
                side={props.side}
                file={props.file}
                before={now().before}
                after={now().after}
              />
            </Show>
            <Suspense fallback={<p class="empty">Reading …</p>}>
              <Comparison path={props.file.path} mine={now().before} theirs={now().after} labels={labels()} />
            </Suspense>
          </>
        )}
      </Show>
    </div>
  );
}

/** A side that has no such path is an empty text. The older side of a rename is read by its older name. */
async function readTexts(
  { git, readFile }: DifferenceParts,
  side: Side,
  { path, from }: ChangedFile,
  commit: Commit | undefined,
): Promise<Texts> {
  const [parent] = commit?.parents ?? [];
  const old = from ?? path;
  const revisions: Readonly<Record<Side, readonly [string | undefined, string | undefined]>> = {
    work: [`:${path}`, undefined],
    staged: [`HEAD:${old}`, `:${path}`],
    commit: [parent === undefined ? undefined : `${parent}:${old}`, `${commit?.oid ?? ''}:${path}`],
  };
  const [one, two] = revisions[side];
  const before = one === undefined ? undefined : await readBlob(git, one);
  const after = two === undefined ? await readFile(path) : await readBlob(git, two);
  if (Math.max(before?.length ?? 0, after?.length ?? 0) > SHOWN_LIMIT_BYTES)
    return { problem: 'It is too large to be shown here.' };
  if ([before, after].some((bytes) => bytes?.includes(0))) return { problem: 'It is no text.' };
  const decode = (bytes: Uint8Array | undefined): string =>
    bytes === undefined ? '' : new TextDecoder().decode(bytes);
  return { before: decode(before), after: decode(after) };
}

/** The places where both sides differ, each with its buttons. */
function Hunks(props: { parts: DifferenceParts; side: Side; file: ChangedFile; before: string; after: string }) {
  const [made] = createResource(() => import('./line-hunks.ts'));
  const [failure, setFailure] = createSignal<string>();
  const hunks = () => made()?.lineHunks(props.before, props.after) ?? [];
  const busy = (): boolean => props.parts.control.busy() !== undefined;
  const stage = (text: string): void =>
    void props.parts.control.stageBytes(props.file.path, new TextEncoder().encode(text));
  /** Straight into the file: the index is left as it is, and the hunk is gone from both sides at the next reading. */
  const discard = async (hunk: LineHunk): Promise<void> => {
    const text = made()?.revertHunk(props.before, props.after, hunk);
    if (text === undefined) return;
    try {
      setFailure(undefined);
      await props.parts.writeFile(props.file.path, text);
      await props.parts.control.refresh();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <Show when={failure()}>
        {(text) => (
          <p class="error" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <ul class="difference-hunks" aria-label={`Changes of ${props.file.path}`}>
        <For each={hunks()}>
          {(hunk) => {
            const label = (): string => made()?.hunkLabel(hunk) ?? '';
            return (
              <li>
                <span>{label()}</span>
                <Show
                  when={props.side === 'work'}
                  fallback={
                    <button
                      disabled={busy()}
                      aria-label={`Unstage ${label()}`}
                      onClick={() => stage(made()?.revertHunk(props.before, props.after, hunk) ?? props.after)}
                    >
                      Unstage
                    </button>
                  }
                >
                  <button
                    disabled={busy()}
                    aria-label={`Stage ${label()}`}
                    onClick={() => stage(made()?.applyHunk(props.before, hunk) ?? props.before)}
                  >
                    Stage
                  </button>
                  <Show when={props.file.kind === 'changed'}>
                    <button disabled={busy()} aria-label={`Discard ${label()}`} onClick={() => void discard(hunk)}>
                      Discard
                    </button>
                  </Show>
                </Show>
              </li>
            );
          }}
        </For>
      </ul>
    </>
  );
}
