import { createSignal, For, lazy, Match, onCleanup, onMount, Show, Suspense, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Question, Toast } from '../workbench/feature.ts';
import type { PathChange, Timeline } from './create-timeline.ts';
import { entryText, type TimelineEntry } from './group-snapshots.ts';
import './history.css';

// CodeMirror's: not among what is loaded before somebody looks.
const Comparison = lazy(async () => ({ default: (await import('../editor/comparison.tsx')).Comparison }));

/** In the reader's own language and time zone; saves of one minute are told apart by their seconds. */
const TIMES = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
/** What is larger is not shown, only restored. */
const SHOWN_LIMIT_BYTES = 1024 * 1024;

/** Two texts that are being looked at, or why they are not. */
type Shown =
  | { readonly path: string; readonly before: string; readonly after: string }
  | { readonly path: string; readonly problem: string };

/** What the project was: its saves, what each changed, and a way back to any of them. */
export function TimelinePanel(props: {
  timeline: Timeline;
  confirm: (question: Question) => Promise<boolean>;
  toast: (toast: Toast) => void;
}) {
  const [shown, setShown] = createSignal<Shown>();
  let panel: HTMLDivElement | undefined;
  onMount(() => {
    if (panel === undefined) return;
    // Hidden behind another tab it asks the server for nothing.
    const observer = new IntersectionObserver(([entry]) => props.timeline.show(entry?.isIntersecting === true));
    observer.observe(panel);
    onCleanup(() => {
      observer.disconnect();
      props.timeline.show(false);
    });
  });

  const select = (entry: TimelineEntry): void => {
    setShown(undefined);
    void props.timeline.select(entry);
  };
  /**
   * Texts are read when somebody asks for them, one file at a time; the server is not asked for what would
   * not be shown.
   */
  const look = async (entry: TimelineEntry, change: PathChange): Promise<void> => {
    const { path } = change;
    const size = Math.max(sizeOf(change.before), sizeOf(change.after));
    if (size > SHOWN_LIMIT_BYTES) return void setShown({ path, problem: 'It is too large to be shown here.' });
    try {
      const { before, after } = await props.timeline.texts(entry, change);
      // A NUL is what git, too, knows a binary file by.
      if ([before, after].some((bytes) => bytes?.includes(0)))
        return void setShown({ path, problem: 'It is no text.' });
      setShown({ path, before: textOf(before), after: textOf(after) });
    } catch (error) {
      setShown({ path, problem: messageOf(error) });
    }
  };
  const restore = async (entry: TimelineEntry, paths?: readonly string[]): Promise<void> => {
    const when = TIMES.format(entry.snapshot.createdAt / 1000);
    if (paths === undefined) {
      const yes = await props.confirm({
        title: 'Restore the whole project?',
        text: `All files become what they were at ${when}. What is there now stays in the timeline.`,
        confirm: 'Restore',
      });
      if (!yes) return;
    }
    const restored = await props.timeline.restore(entry.snapshot.id, paths);
    if (restored === undefined) return;
    // Undo is one more restore, of the snapshot that was newest before.
    const { before, count } = restored;
    props.toast({
      title: count === 0 ? 'Nothing was different' : `Restored ${count === 1 ? 'one path' : `${count} paths`}`,
      ...(before === null || count === 0
        ? {}
        : { action: { label: 'Undo', run: () => void props.timeline.restore(before, paths) } }),
    });
  };
  return (
    <div class="timeline" ref={panel}>
      <Saves timeline={props.timeline} onSelect={select} />
      <Show
        when={props.timeline.selected()}
        fallback={<p class="empty timeline-detail">Choose a save to see what it changed.</p>}
      >
        {(entry) => (
          <section class="timeline-detail" aria-label="What was changed">
            <div class="timeline-tools">
              <strong>{entryText(entry())}</strong>
              <button disabled={props.timeline.busy()} onClick={() => void restore(entry())}>
                Restore all files
              </button>
            </div>
            <Changes
              timeline={props.timeline}
              onLook={(change) => void look(entry(), change)}
              onRestore={(path) => void restore(entry(), [path])}
              first={entry().before === null}
            />
            <Show when={shown()} keyed>
              {(now) => <Texts shown={now} />}
            </Show>
          </section>
        )}
      </Show>
    </div>
  );
}

/** The lines, newest first, and above them the field that gives the state of now a name. */
function Saves(props: { timeline: Timeline; onSelect: (entry: TimelineEntry) => void }) {
  const [name, setName] = createSignal('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const description = name().trim();
    if (description !== '' && (await props.timeline.name(description))) setName('');
  };

  return (
    <div class="timeline-list">
      <form class="timeline-tools" onSubmit={(event) => void submit(event)}>
        <input
          type="text"
          aria-label="Name for the state of now"
          placeholder="Name this state"
          maxLength={200}
          value={name()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" disabled={props.timeline.busy() || name().trim() === ''}>
          Keep
        </button>
        <button type="button" disabled={props.timeline.busy()} onClick={() => void props.timeline.reload()}>
          Refresh
        </button>
      </form>
      <Show when={props.timeline.problem()}>
        {(text) => (
          <p class="error" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Show
        when={props.timeline.entries().length > 0}
        fallback={
          <Show
            when={props.timeline.isRead()}
            fallback={
              <Show when={props.timeline.problem() === undefined}>
                <p class="empty">Reading the timeline …</p>
              </Show>
            }
          >
            <p class="empty">Nothing was saved yet.</p>
          </Show>
        }
      >
        <ul aria-label="Saves">
          <For each={props.timeline.entries()}>
            {(entry) => (
              <li>
                <button
                  class="timeline-entry"
                  aria-pressed={props.timeline.selected()?.snapshot.id === entry.snapshot.id}
                  onClick={() => props.onSelect(entry)}
                >
                  <span classList={{ named: entry.name !== undefined }}>{entryText(entry)}</span>
                  <time>{TIMES.format(entry.snapshot.createdAt / 1000)}</time>
                </button>
              </li>
            )}
          </For>
        </ul>
        <Show when={props.timeline.more()}>
          <button disabled={props.timeline.busy()} onClick={() => void props.timeline.readMore()}>
            Older
          </button>
        </Show>
      </Show>
    </div>
  );
}

/** The paths of one save; those of a very large one are cut, and it says so. */
function Changes(props: {
  timeline: Timeline;
  first: boolean;
  onLook: (change: PathChange) => void;
  onRestore: (path: string) => void;
}) {
  const read = () => {
    const looked = props.timeline.looked();
    return looked?.name === 'read' ? looked : undefined;
  };
  const failure = () => {
    const looked = props.timeline.looked();
    return looked?.name === 'failed' ? looked.message : undefined;
  };
  return (
    <Switch fallback={<p class="empty">Comparing …</p>}>
      <Match when={failure()}>
        {(text) => (
          <p class="error" role="alert">
            {text()}
          </p>
        )}
      </Match>
      <Match when={props.first}>
        <p class="empty">The project began with this.</p>
      </Match>
      <Match when={read()}>
        {(found) => (
          <>
            <ul class="timeline-changes" aria-label="Changed files">
              <For each={found().changes} fallback={<li class="empty">No file was changed.</li>}>
                {(change) => (
                  <li>
                    <span class={`change ${kindOf(change)}`} aria-label={kindOf(change)}>
                      {kindOf(change).charAt(0).toUpperCase()}
                    </span>
                    <button class="link" onClick={() => props.onLook(change)}>
                      {change.path}
                    </button>
                    <button
                      disabled={props.timeline.busy()}
                      aria-label={`Restore ${change.path}`}
                      onClick={() => props.onRestore(change.path)}
                    >
                      Restore
                    </button>
                  </li>
                )}
              </For>
            </ul>
            <Show when={found().cut}>
              <p class="muted">There are more changes than are listed here.</p>
            </Show>
          </>
        )}
      </Match>
    </Switch>
  );
}

/** Side by side, once the comparison's code is here; it is fetched with the first file that is looked at. */
function Texts(props: { shown: Shown }) {
  return (
    <div class="timeline-texts">
      {'problem' in props.shown ? (
        <p class="empty">{`${props.shown.path}: ${props.shown.problem}`}</p>
      ) : (
        <Suspense fallback={<p class="empty">Reading …</p>}>
          <Comparison
            path={props.shown.path}
            mine={props.shown.before}
            theirs={props.shown.after}
            labels={[`${props.shown.path} before`, `${props.shown.path} after`]}
          />
        </Suspense>
      )}
    </div>
  );
}

const kindOf = ({ before, after }: PathChange): 'added' | 'deleted' | 'changed' =>
  before === null ? 'added' : after === null ? 'deleted' : 'changed';
/** Nothing for a link or what was not there: only files have contents that may be too large. */
const sizeOf = (side: PathChange['before']): number => (side?.kind === 'file' ? side.size : 0);
/** A side that did not exist is an empty text: all lines of the other are added or deleted. */
const textOf = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : new TextDecoder().decode(bytes));
