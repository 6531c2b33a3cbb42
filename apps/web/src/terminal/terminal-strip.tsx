import { createSignal, For, onMount, Show } from 'solid-js';
import type { TerminalEntry, TerminalsEvent, TerminalsState } from './terminals-state.ts';

/** The tab and its pane name each other by these ids (`aria-controls`, `aria-labelledby`). */
export const tabId = (id: number): string => `terminal-tab-${id}`;
/** There only while the terminal is shown: of a hidden one nothing is in the document. */
export const paneId = (id: number): string => `terminal-pane-${id}`;

/**
 * The names of the terminals, a tab list after the WAI-ARIA pattern: one stop for
 * Tab, arrows choose, Enter and down go into the terminal, F2 renames, Delete kills,
 * Alt with an arrow moves.
 */
export function TerminalStrip(props: {
  state: TerminalsState;
  shown: readonly number[];
  renaming: number | undefined;
  onEvent: (event: TerminalsEvent) => void;
  onRename: (id: number | undefined) => void;
  onEnter: () => void;
}) {
  let strip: HTMLDivElement | undefined;
  const focusActive = (): void => strip?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();

  const onKeyDown = (event: KeyboardEvent): void => {
    const { entries, active } = props.state;
    if (active === undefined || event.target instanceof HTMLInputElement) return;
    const at = entries.findIndex(({ id }) => id === active);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.altKey && step !== undefined) props.onEvent({ type: 'move', id: active, by: step === 1 ? 1 : -1 });
    else if (step !== undefined || event.key === 'Home' || event.key === 'End') {
      const to = event.key === 'Home' ? 0 : event.key === 'End' ? -1 : (at + (step ?? 0)) % entries.length;
      const next = entries.at(to);
      if (next !== undefined) props.onEvent({ type: 'select', id: next.id });
    } else if (event.key === 'F2') return stop(event, () => props.onRename(active));
    else if (event.key === 'Delete') props.onEvent({ type: 'close', id: active });
    else if (event.key === 'Enter' || event.key === 'ArrowDown') return stop(event, () => props.onEnter());
    else return;
    stop(event, focusActive);
  };

  return (
    <div ref={strip} class="terminals-strip" role="tablist" aria-label="Terminals" onKeyDown={onKeyDown}>
      <For each={props.state.entries}>
        {(entry) => (
          <Show
            when={props.renaming === entry.id}
            fallback={
              <button
                id={tabId(entry.id)}
                role="tab"
                aria-selected={props.state.active === entry.id}
                aria-controls={props.shown.includes(entry.id) ? paneId(entry.id) : undefined}
                aria-keyshortcuts="F2 Delete"
                tabindex={props.state.active === entry.id ? 0 : -1}
                title={`${entry.name}: F2 renames, Delete kills`}
                onClick={() => {
                  props.onEvent({ type: 'select', id: entry.id });
                  props.onEnter();
                }}
                onDblClick={() => props.onRename(entry.id)}
              >
                {entry.name}
              </button>
            }
          >
            <NameInput
              entry={entry}
              onDone={(name) => {
                if (name !== undefined) props.onEvent({ type: 'rename', id: entry.id, name });
                props.onRename(undefined);
                focusActive();
              }}
            />
          </Show>
        )}
      </For>
    </div>
  );
}

/** Enter and leaving the field keep the name, Escape does not. */
function NameInput(props: { entry: TerminalEntry; onDone: (name: string | undefined) => void }) {
  let input: HTMLInputElement | undefined;
  const [done, setDone] = createSignal(false);
  const end = (name: string | undefined): void => {
    // Taking the field away makes it lose the focus: that is no second end.
    if (done()) return;
    setDone(true);
    props.onDone(name);
  };
  onMount(() => {
    input?.focus();
    input?.select();
  });
  return (
    <input
      ref={input}
      type="text"
      aria-label="Name of the terminal"
      value={props.entry.name}
      onBlur={(event) => end(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') stop(event, () => end(event.currentTarget.value));
        else if (event.key === 'Escape') stop(event, () => end(undefined));
      }}
    />
  );
}

/** Kept from the workbench, whose own keys may be the same. */
function stop(event: Event, then: () => void): void {
  event.preventDefault();
  event.stopPropagation();
  then();
}
