import Accessibility from 'lucide-solid/icons/accessibility';
import Columns2 from 'lucide-solid/icons/columns-2';
import Pencil from 'lucide-solid/icons/pencil';
import Plus from 'lucide-solid/icons/plus';
import Search from 'lucide-solid/icons/search';
import Trash from 'lucide-solid/icons/trash';
import { createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import type { Terminals } from './create-terminals.ts';
import { FindBar } from './find-bar.tsx';
import './terminal.css';
import { actionOf } from './terminal-keys.ts';
import { paneId, tabId, TerminalStrip } from './terminal-strip.tsx';
import { shownOf, type TerminalsEvent, whyFull } from './terminals-state.ts';

/** How far a key moves the divider between two terminals, of their common width. */
const DIVIDER_STEP = 0.05;
/** Of two neighbours' common width: a terminal can be made small, not lost. */
const MIN_SHARE = 0.1;

/** The terminals of the project: names and tools above, those of one group side by side below. */
export function TerminalsPanel(props: { terminals: Terminals }) {
  const { terminals } = props;
  const [renaming, setRenaming] = createSignal<number>();
  const shown = (): number[] => shownOf(terminals.state()).map(({ id }) => id);
  const active = (): number | undefined => terminals.state().active;
  /** What a button does, and then the keyboard is in the terminal. */
  const act = (event: TerminalsEvent): void => {
    terminals.dispatch(event);
    terminals.focus();
  };
  const withActive = (then: (id: number) => void) => (): void => {
    const id = active();
    if (id !== undefined) then(id);
  };
  /** The keys of the find bar count beside the screens too: a screen sees to its own. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if (actionOf(event, navigator.platform.startsWith('Mac'), false) !== 'find') return;
    event.preventDefault();
    event.stopPropagation();
    terminals.setFinding(true);
  };
  terminals.onLeave(() => document.getElementById(tabId(active() ?? 0))?.focus());

  return (
    <div class="terminals" onKeyDown={onKeyDown}>
      <div class="terminals-bar">
        <TerminalStrip
          state={terminals.state()}
          shown={shown()}
          renaming={renaming()}
          onEvent={(event) => terminals.dispatch(event)}
          onRename={setRenaming}
          onEnter={() => terminals.focus()}
        />
        <Tool label="New terminal" full={whyFull(terminals.state(), 'open')} run={() => act({ type: 'open' })}>
          <Plus size={15} />
        </Tool>
        <Tool label="Split terminal" full={whyFull(terminals.state(), 'split')} run={() => act({ type: 'split' })}>
          <Columns2 size={15} />
        </Tool>
        <Tool label="Rename terminal" run={withActive(setRenaming)}>
          <Pencil size={15} />
        </Tool>
        <Tool
          label="Find in terminal"
          pressed={terminals.finding()}
          run={() => terminals.setFinding(!terminals.finding())}
        >
          <Search size={15} />
        </Tool>
        <Tool
          label="Screen reader mode"
          pressed={terminals.screenReader()}
          run={() => terminals.setScreenReader(!terminals.screenReader())}
        >
          <Accessibility size={15} />
        </Tool>
        <Tool label="Kill terminal" run={withActive((id) => act({ type: 'close', id }))}>
          <Trash size={15} />
        </Tool>
      </div>
      <Show when={terminals.finding()}>
        <FindBar
          result={terminals.result()}
          onFind={(query, direction) => terminals.find(query, direction)}
          onClose={() => terminals.setFinding(false)}
        />
      </Show>
      <p id="terminal-keys" class="visually-hidden">
        Control or Command with Shift and Up leaves the terminal for its tab; Enter goes back.
      </p>
      <Show when={active() !== undefined} fallback={<p class="empty">No terminal is open. Press “New terminal”.</p>}>
        <Panes terminals={terminals} shown={shown()} />
      </Show>
    </div>
  );
}

/** `full` says why it can do nothing now. */
function Tool(props: {
  label: string;
  run: () => void;
  pressed?: boolean;
  full?: string | undefined;
  children: JSX.Element;
}) {
  return (
    <button
      class="terminals-tool"
      aria-label={props.label}
      title={props.full ?? props.label}
      disabled={props.full !== undefined}
      aria-pressed={props.pressed}
      onClick={() => props.run()}
    >
      {props.children}
    </button>
  );
}

/** Side by side, with dividers that mouse and arrow keys move. */
function Panes(props: { terminals: Terminals; shown: readonly number[] }) {
  // Weights, not widths: they hold when the panel is resized, and 1 is where nobody has moved anything.
  const [shares, setShares] = createSignal<ReadonlyMap<number, number>>(new Map());
  const share = (id: number): number => shares().get(id) ?? 1;
  /** Gives the left of two neighbours a part of what both have. */
  const divide = (left: number, right: number, part: number): void => {
    const both = share(left) + share(right);
    const kept = Math.min(1 - MIN_SHARE, Math.max(MIN_SHARE, part));
    setShares((known) => new Map(known).set(left, both * kept).set(right, both * (1 - kept)));
  };

  return (
    <div class="terminals-panes">
      <For each={props.shown}>
        {(id, at) => {
          const left = (): number => props.shown[at() - 1] ?? id;
          return (
            <>
              <Show when={at() > 0}>
                <Divider
                  part={share(left()) / (share(left()) + share(id))}
                  onPart={(part) => divide(left(), id, part)}
                />
              </Show>
              <Pane terminals={props.terminals} id={id} share={share(id)} />
            </>
          );
        }}
      </For>
    </div>
  );
}

/** Its `flex-grow` is a share among its neighbours. */
function Pane(props: { terminals: Terminals; id: number; share: number }) {
  let element: HTMLDivElement | undefined;
  onMount(() => {
    // The emulator outlives the pane: only its element is taken out again.
    if (element !== undefined) onCleanup(props.terminals.emulator(props.id).attach(element));
  });
  return (
    <div
      ref={element}
      id={paneId(props.id)}
      class="terminals-pane terminal"
      style={{ 'flex-grow': props.share }}
      role="tabpanel"
      aria-labelledby={tabId(props.id)}
      aria-describedby="terminal-keys"
    />
  );
}

/** A separator that can be moved, after the WAI-ARIA pattern. */
function Divider(props: { part: number; onPart: (part: number) => void }) {
  let element: HTMLDivElement | undefined;
  /** Only while the pointer is captured, which a press begins: a mouse that passes over moves nothing. */
  const drag = (event: PointerEvent): void => {
    const [before, after] = [element?.previousElementSibling, element?.nextElementSibling];
    if (before == null || after == null || element?.hasPointerCapture(event.pointerId) !== true) return;
    const start = before.getBoundingClientRect().left;
    props.onPart((event.clientX - start) / (after.getBoundingClientRect().right - start));
  };
  return (
    <div
      ref={element}
      class="terminals-divider"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the terminals"
      aria-valuenow={Math.round(props.part * 100)}
      tabindex={0}
      onPointerDown={(event) => element?.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -DIVIDER_STEP, ArrowRight: DIVIDER_STEP }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        props.onPart(props.part + step);
      }}
    />
  );
}
