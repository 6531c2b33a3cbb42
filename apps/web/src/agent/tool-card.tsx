import ChevronRight from 'lucide-solid/icons/chevron-right';
import { createSignal, For, Show } from 'solid-js';
import { describeCall } from './describe-call.ts';
import type { CallState, TranscriptCall } from './transcript-state.ts';

const STATES: Readonly<Record<CallState, string>> = {
  writing: 'being written',
  running: 'running',
  waiting: 'waits for you',
  done: 'done',
  failed: 'failed',
  refused: 'refused',
  interrupted: 'interrupted',
};
/** A longer change is cut here: each line is an element of its own, and thousands of them make the panel slow. */
const CHANGE_LINES = 400;

/** One call of a tool: what it does, how it stands, and inside what it gave. */
export function ToolCard(props: { call: TranscriptCall }) {
  const [open, setOpen] = createSignal(false);
  const said = () => describeCall(props.call);
  const id = () => `agent-call-${props.call.id}`;
  return (
    <div class={`agent-call ${props.call.state}`} data-call={props.call.state}>
      <button
        class="agent-call-head"
        aria-expanded={open()}
        aria-controls={id()}
        onClick={() => setOpen((before) => !before)}
      >
        <ChevronRight size={14} class="agent-chevron" />
        <span class="agent-call-verb">{said().verb}</span>
        <code class="agent-call-object">{said().object}</code>
        <span class="agent-call-state">{STATES[props.call.state]}</span>
      </button>
      <div id={id()} class="agent-call-body" hidden={!open()}>
        <Show when={open()}>
          <CallBody call={props.call} />
        </Show>
      </div>
    </div>
  );
}

/** Arguments may still be coming in, and the result may be missing. */
export function CallBody(props: { call: Pick<TranscriptCall, 'name' | 'args' | 'result'> }) {
  const said = () => describeCall(props.call);
  return (
    <>
      <Show
        when={said().change}
        fallback={
          <Show when={props.call.name === 'Run' || said().object === ''}>
            <pre tabindex="0" aria-label="What is asked for">
              {said().object === '' ? props.call.args : said().object}
            </pre>
          </Show>
        }
      >
        {(change) => <ChangeLines before={change().before} after={change().after} />}
      </Show>
      <Show when={props.call.result}>
        {(text) => (
          <pre tabindex="0" aria-label="What it gave">
            {text()}
          </pre>
        )}
      </Show>
    </>
  );
}

/** All old lines, then all new ones, since an edit is short. */
export function ChangeLines(props: { before: string; after: string }) {
  const lines = () => [
    ...linesOf(props.before).map((text) => ({ sign: '-', text })),
    ...linesOf(props.after).map((text) => ({ sign: '+', text })),
  ];
  return (
    <pre class="agent-change" tabindex="0" aria-label="Lines that go, and lines that come">
      <For each={lines().slice(0, CHANGE_LINES)}>
        {({ sign, text }) => (
          <span class={sign === '-' ? 'gone' : 'come'}>
            {sign} {text}
            {'\n'}
          </span>
        )}
      </For>
      <Show when={lines().length > CHANGE_LINES}>… {lines().length - CHANGE_LINES} more lines</Show>
    </pre>
  );
}

/** The last newline ends a line and begins none. */
const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
