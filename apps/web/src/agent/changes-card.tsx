import { createSignal, For, lazy, Match, Show, Suspense, Switch } from 'solid-js';
import { createAsked } from './create-asked.ts';
import type { FileChange, Rewinder } from './create-rewind.ts';
import type { TranscriptRun } from './transcript-state.ts';

// CodeMirror's: not among what is loaded before somebody looks.
const Comparison = lazy(async () => ({ default: (await import('../editor/comparison.tsx')).Comparison }));

/** As git's short status has them. */
const KINDS = { added: 'A', deleted: 'D', changed: 'M' } as const;
const kindOf = ({ before, after }: FileChange): keyof typeof KINDS =>
  before === null ? 'added' : after === null ? 'deleted' : 'changed';
/** More are told as a number; going back brings them all. */
const MOST_FILES = 100;

/** What a run made of the files: each to be looked at, opened, and taken back. */
export function ChangesCard(props: {
  run: TranscriptRun;
  rewinder: Rewinder;
  idle: boolean;
  onOpen: (path: string) => void;
}) {
  const asked = createAsked(() => props.rewinder.changesOf(props.run));
  const found = () => {
    const now = asked();
    return now.name === 'told' ? now.value : undefined;
  };
  const failure = () => {
    const now = asked();
    return now.name === 'failed' ? now.message : undefined;
  };
  const count = () => found()?.changes.length ?? 0;
  return (
    <Switch>
      <Match when={failure()}>{(text) => <p class="error">What the run changed could not be read: {text()}</p>}</Match>
      <Match when={count() > 0}>
        <div class="agent-card agent-changes" role="group" aria-label="What the agent changed">
          <header>
            <strong>
              {count() === 1 ? 'One file changed' : `${count()}${found()?.cut ? ' or more' : ''} files changed`}
            </strong>
            <span class="grow" />
            <button disabled={!props.idle} onClick={() => props.rewinder.ask(props.run)}>
              Go back to before this
            </button>
          </header>
          <ul>
            <For each={found()?.changes.slice(0, MOST_FILES)}>
              {(change) => (
                <FileLine
                  run={props.run}
                  change={change}
                  rewinder={props.rewinder}
                  idle={props.idle}
                  onOpen={props.onOpen}
                />
              )}
            </For>
          </ul>
          <Show when={count() > MOST_FILES}>
            <p class="muted">{count() - MOST_FILES} more files are not listed here; going back brings them all.</p>
          </Show>
        </div>
      </Match>
    </Switch>
  );
}

/** One file of a run. Undoing waits for the agent to be idle, which might be writing the same file. */
function FileLine(props: {
  run: TranscriptRun;
  change: FileChange;
  rewinder: Rewinder;
  idle: boolean;
  onOpen: (path: string) => void;
}) {
  const [shown, setShown] = createSignal(false);
  const [undone, setUndone] = createSignal(false);
  const undo = async (): Promise<void> => {
    if (await props.rewinder.undoFile(props.run, props.change.path)) setUndone(true);
  };
  return (
    <li data-path={props.change.path} classList={{ undone: undone() }}>
      <div class="agent-file">
        <span class={`agent-kind ${kindOf(props.change)}`} title={kindOf(props.change)} aria-hidden="true">
          {KINDS[kindOf(props.change)]}
        </span>
        <button
          class="link agent-path"
          aria-expanded={shown()}
          aria-label={`${props.change.path}, ${kindOf(props.change)}: show the difference`}
          onClick={() => setShown((before) => !before)}
        >
          {props.change.path}
        </button>
        <Show when={props.change.after !== null}>
          <button aria-label={`Open ${props.change.path}`} onClick={() => props.onOpen(props.change.path)}>
            Open
          </button>
        </Show>
        <button aria-label={`Undo ${props.change.path}`} disabled={!props.idle || undone()} onClick={() => void undo()}>
          {undone() ? 'Undone' : 'Undo'}
        </button>
      </div>
      <Show when={shown()}>
        <Difference run={props.run} change={props.change} rewinder={props.rewinder} />
      </Show>
    </li>
  );
}

/** The texts are read when somebody looks, and not kept. */
function Difference(props: { run: TranscriptRun; change: FileChange; rewinder: Rewinder }) {
  const asked = createAsked(() => props.rewinder.textsOf(props.run, props.change));
  const both = () => {
    const now = asked();
    return now.name === 'told' && 'before' in now.value ? now.value : undefined;
  };
  const problem = () => {
    const now = asked();
    if (now.name === 'failed') return now.message;
    return now.name === 'told' && 'problem' in now.value ? now.value.problem : undefined;
  };
  return (
    <Switch fallback={<p class="muted">Reading …</p>}>
      <Match when={problem()}>{(text) => <p class="muted">{text()}</p>}</Match>
      <Match when={both()}>
        {(now) => (
          <Suspense fallback={<p class="muted">Reading …</p>}>
            <Comparison
              path={props.change.path}
              mine={now().before}
              theirs={now().after}
              labels={[`${props.change.path} before`, `${props.change.path} after`]}
            />
          </Suspense>
        )}
      </Match>
    </Switch>
  );
}
