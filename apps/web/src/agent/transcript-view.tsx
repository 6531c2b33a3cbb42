import ArrowDown from 'lucide-solid/icons/arrow-down';
import Undo2 from 'lucide-solid/icons/undo-2';
import { createMemo, For, Match, Show, Switch } from 'solid-js';
import { ChangesCard } from './changes-card.tsx';
import type { Agent } from './create-agent.ts';
import { createReadingPlace } from './create-reading-place.ts';
import { Markdown } from './markdown.tsx';
import { ToolCard } from './tool-card.tsx';
import { END_TEXTS, type TranscriptItem } from './transcript-state.ts';

/**
 * What was said and done. It stays at its end while somebody looks there, and where it is while somebody reads further
 * up.
 */
export function TranscriptView(props: { agent: Agent; onOpen: (path: string) => void }) {
  const { transcript } = props.agent;
  const reading = createReadingPlace(props.agent);
  const { part, count } = reading;
  const visible = createMemo(() => transcript.items.slice(part.from(), part.to()));
  return (
    <div class="agent-transcript">
      {/* It scrolls, and a keyboard has no other way to do that. */}
      <div
        class="agent-scroll"
        ref={(element) => reading.setPlace(element)}
        role="log"
        aria-live="off"
        aria-label="Conversation"
        tabindex="0"
        onScroll={() => reading.look()}
        onClick={(event) => reading.hold(event.target)}
      >
        <div class="agent-items" ref={(element) => reading.setList(element)}>
          <Show when={part.from() > 0 || !transcript.first}>
            <button class="agent-more" onClick={() => void reading.earlier()}>
              Show earlier{part.from() > 0 && transcript.first ? ` (${part.from()})` : ''}
            </button>
          </Show>
          <Show when={reading.problem()}>
            {(text) => (
              <p class="error" role="alert">
                What is earlier could not be read: {text()}. Try again.
              </p>
            )}
          </Show>
          <For each={visible()}>
            {(item) => (
              <div class="agent-item" data-item={item.kind}>
                <Item item={item} agent={props.agent} onOpen={props.onOpen} />
              </div>
            )}
          </For>
          <Show when={part.to() < count()}>
            <button class="agent-more" onClick={() => reading.later()}>
              Show later ({count() - part.to()})
            </button>
          </Show>
          <Show when={transcript.status === 'Running'}>
            <p class="agent-working muted">
              <span class="agent-dots" aria-hidden="true" />
              At work …
            </p>
          </Show>
        </div>
      </div>
      <Show when={!reading.atEnd()}>
        <button class="agent-to-end" onClick={() => reading.toEnd()}>
          <ArrowDown size={14} /> To the newest
        </button>
      </Show>
    </div>
  );
}

/** Only the last run can be gone on with: what came before it has been answered by it. */
function Item(props: { item: TranscriptItem; agent: Agent; onOpen: (path: string) => void }) {
  const { transcript } = props.agent;
  const of = <K extends TranscriptItem['kind']>(...kinds: K[]) => {
    const { item } = props;
    return kinds.includes(item.kind as K) ? (item as TranscriptItem & { kind: K }) : undefined;
  };
  const runOf = (runId: string) => transcript.runs.find((run) => run.runId === runId);
  const idle = (): boolean => transcript.status === 'Idle';
  return (
    <Switch>
      <Match when={of('person')}>{(item) => <PersonItem item={item()} agent={props.agent} idle={idle()} />}</Match>
      <Match when={of('text')}>{(item) => <Markdown text={item().text} />}</Match>
      <Match when={of('thought')}>{(item) => <Thought text={item().text} open={item().open} />}</Match>
      <Match when={of('call')}>{(item) => <ToolCard call={item()} />}</Match>
      <Match when={of('changes')}>
        {(item) => (
          <Show when={runOf(item().runId)}>
            {(run) => <ChangesCard run={run()} rewinder={props.agent.rewinder} idle={idle()} onOpen={props.onOpen} />}
          </Show>
        )}
      </Match>
      <Match when={of('error')}>
        {(item) => (
          <div class="agent-card agent-error">
            <p>{item().message}</p>
            <Show when={idle() && transcript.runs.at(-1)?.runId === item().runId && runOf(item().runId)}>
              {(run) => <button onClick={() => void props.agent.retry(run())}>Try again</button>}
            </Show>
          </div>
        )}
      </Match>
      <Match when={of('end')}>
        {(item) => (
          <p class="muted agent-end">
            {END_TEXTS[item().result]}.{' '}
            <Show when={idle() && transcript.runs.at(-1)?.runId === item().runId && runOf(item().runId)}>
              {(run) => <button onClick={() => void props.agent.retry(run())}>Go on</button>}
            </Show>
          </p>
        )}
      </Match>
      <Match when={of('summary')}>
        {(item) => (
          <details class="agent-thought">
            <summary>Summed up, to make room: the agent goes on from here</summary>
            <Markdown text={item().text} />
          </details>
        )}
      </Match>
      <Match when={of('rewound')}>{(item) => <p class="muted agent-end">{item().text}.</p>}</Match>
    </Switch>
  );
}

/** A run can be taken back from its first message. */
function PersonItem(props: { item: TranscriptItem & { kind: 'person' }; agent: Agent; idle: boolean }) {
  // What was said into a run goes with that run.
  const run = () => props.agent.transcript.runs.find(({ seq }) => seq === props.item.seq);
  return (
    <div class="agent-person">
      <p>{props.item.text}</p>
      <Show when={run()}>
        {(found) => (
          <button
            class="icon-button"
            aria-label={`Go back to before “${props.item.text.slice(0, 60)}”`}
            title="Go back to before this"
            disabled={!props.idle}
            onClick={() => props.agent.rewinder.ask(found())}
          >
            <Undo2 size={14} />
          </button>
        )}
      </Show>
    </div>
  );
}

/** Folded, because it is long and seldom read. */
function Thought(props: { text: string; open: boolean }) {
  return (
    <details class="agent-thought">
      <summary>{props.open ? 'Thinks …' : 'What it thought'}</summary>
      <p>{props.text}</p>
    </details>
  );
}
