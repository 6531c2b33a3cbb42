import * as AlertDialog from '@kobalte/core/alert-dialog';
import { createSignal, For, Show } from 'solid-js';
import type { Rewinder, Rewinding, RewindWhat } from './create-rewind.ts';

const CHOICES: readonly { readonly what: RewindWhat; readonly title: string }[] = [
  { what: 'both', title: 'Files and conversation' },
  { what: 'files', title: 'Files alone' },
  { what: 'chat', title: 'Conversation alone' },
];
/** So that the buttons stay on a small screen; the rest is a number. */
const MOST_NAMED = 20;

/** What to take back, and what becomes of files that somebody edited since. */
export function RewindDialog(props: { rewinding: Rewinding; rewinder: Rewinder; onClosed: () => void }) {
  const [what, setWhat] = createSignal<RewindWhat>('both');
  const [mine, setMine] = createSignal(false);
  let first: HTMLInputElement | undefined;
  const files = () => props.rewinding.files();
  const edited = () => files()?.filter((file) => file.edited) ?? [];
  const agents = () => files()?.filter((file) => !file.edited) ?? [];
  const input = () => props.rewinding.run.input;
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && props.rewinder.cancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="overlay" />
        <div class="overlay-place">
          <AlertDialog.Content
            class="dialog agent-rewind"
            onOpenAutoFocus={(event) => {
              event.preventDefault();
              first?.focus();
            }}
            onCloseAutoFocus={(event) => {
              // What it was asked from may be gone with what was taken back.
              event.preventDefault();
              props.onClosed();
            }}
          >
            <AlertDialog.Title>Go back to before “{input().slice(0, 80)}”</AlertDialog.Title>
            <AlertDialog.Description class="muted">
              What is there now stays in the timeline; the log of the session keeps what was said.
            </AlertDialog.Description>
            <fieldset>
              <legend>What goes back</legend>
              <For each={CHOICES}>
                {(choice, at) => (
                  <label>
                    <input
                      ref={(element) => at() === 0 && (first = element)}
                      type="radio"
                      name="rewind-what"
                      checked={what() === choice.what}
                      onChange={() => setWhat(choice.what)}
                    />{' '}
                    {choice.title}
                  </label>
                )}
              </For>
            </fieldset>
            <Show when={what() !== 'chat'}>
              <Show
                when={files()}
                fallback={<p class="muted">{props.rewinding.problem() ? '' : 'Looking at the files …'}</p>}
              >
                <Show when={files()?.length === 0}>
                  <p class="muted">No file is different from what it was before.</p>
                </Show>
                <Names title="These files go back:" paths={agents().map(({ path }) => path)} />
                <Show when={edited().length > 0}>
                  <Names title="These were edited since:" paths={edited().map(({ path }) => path)} />
                  <fieldset>
                    <legend>What becomes of those</legend>
                    <label>
                      <input type="radio" name="rewind-mine" checked={!mine()} onChange={() => setMine(false)} /> They
                      stay as they are now
                    </label>
                    <label>
                      <input type="radio" name="rewind-mine" checked={mine()} onChange={() => setMine(true)} /> They go
                      back too, with those edits
                    </label>
                  </fieldset>
                </Show>
              </Show>
            </Show>
            <Show when={props.rewinding.problem()}>
              {(text) => (
                <p class="error" role="alert">
                  {text()}
                </p>
              )}
            </Show>
            <div class="row end">
              <button onClick={() => props.rewinder.cancel()}>Cancel</button>
              <button
                class="primary"
                disabled={props.rewinding.busy() || (what() !== 'chat' && files() === undefined)}
                onClick={() => void props.rewinder.confirm(what(), mine())}
              >
                Go back
              </button>
            </div>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** Some of them by name, and how many more there are. */
function Names(props: { title: string; paths: readonly string[] }) {
  return (
    <Show when={props.paths.length > 0}>
      <p>{props.title}</p>
      <ul class="agent-names">
        <For each={props.paths.slice(0, MOST_NAMED)}>{(path) => <li>{path}</li>}</For>
        <Show when={props.paths.length > MOST_NAMED}>
          <li>… and {props.paths.length - MOST_NAMED} more</li>
        </Show>
      </ul>
    </Show>
  );
}
