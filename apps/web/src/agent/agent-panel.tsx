import type { Permission } from '@slipway/agent';
import { createEffect, createSignal, For, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import { Notice } from '../shell/notice.tsx';
import type { Workbench } from '../workbench/feature.ts';
import { listPaths } from '../workbench/palette/list-paths.ts';
import { Composer } from './composer.tsx';
import { type Agent, createAgent } from './create-agent.ts';
import { QuestionCard } from './question-card.tsx';
import { RewindDialog } from './rewind-dialog.tsx';
import { SessionBar } from './session-bar.tsx';
import { TranscriptView } from './transcript-view.tsx';
import { inputsOf } from './transcript-state.ts';
import './agent.css';

const PERMISSIONS: Readonly<Record<Permission, string>> = {
  ask: 'Asks before every change and command',
  edit: 'Changes files, asks before commands',
  full: 'Changes files and runs commands',
};
/** Where models are set up; another tab, since this one has a container. */
export const MODELS_PAGE = '/models';

/** The coding agent beside the project. `onAgent` hands it to the commands of the feature. */
export function AgentPanel(props: { bench: Workbench; onAgent: (agent: Agent | undefined) => void }) {
  const agent = createAgent(props.bench);
  const [seen, setSeen] = createSignal(false);
  let panel: HTMLDivElement | undefined;
  props.onAgent(agent);
  onCleanup(() => props.onAgent(undefined));
  onMount(() => {
    if (panel === undefined) return;
    // The panel is made with the page and mostly hidden: nothing is asked of the server before somebody sees it.
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== true || seen()) return;
      setSeen(true);
      void agent.load();
    });
    observer.observe(panel);
    onCleanup(() => observer.disconnect());
    // Models may have been set up in another tab meanwhile.
    const again = (): void => {
      if (seen() && (!agent.ready() || agent.providers()?.length === 0)) void agent.load();
    };
    addEventListener('focus', again);
    onCleanup(() => removeEventListener('focus', again));
  });
  const toComposer = (): void => void panel?.querySelector('textarea')?.focus();
  const begin = (): void => {
    if (!agent.ready()) return;
    agent.select(undefined);
    queueMicrotask(toComposer);
  };
  // Whoever came by the keyboard before there was anything to be typed into has waited in the panel's body.
  createEffect(() => {
    if (agent.ready() && document.activeElement === panel?.parentElement) queueMicrotask(toComposer);
  });
  const { transcript } = agent;
  const running = (): boolean => transcript.status !== 'Idle';
  return (
    <div class="agent-panel" ref={panel}>
      <SessionBar agent={agent} onNew={begin} />
      <Switch fallback={<p class="empty">Looking for sessions …</p>}>
        <Match when={!agent.ready() && agent.failure()}>
          {(text) => (
            <div class="agent-middle">
              <Notice
                tone="error"
                title="The sessions could not be read"
                text={text()}
                action={{ label: 'Try again', run: () => void agent.load() }}
              />
            </div>
          )}
        </Match>
        <Match when={agent.ready() && agent.providers()?.length === 0 && agent.sessions().length === 0}>
          <NoModels failure={agent.failure()} onAgain={() => void agent.load()} />
        </Match>
        <Match when={agent.ready()}>
          <Switch>
            <Match when={agent.problem()}>
              {(text) => (
                <div class="agent-middle">
                  <Notice
                    tone="error"
                    title="The session could not be read"
                    text={text()}
                    action={{ label: 'Try again', run: () => agent.reload() }}
                  />
                </div>
              )}
            </Match>
            <Match when={agent.loading()}>
              <p class="empty agent-middle">Reading the session …</p>
            </Match>
            <Match when={agent.selected()}>
              <TranscriptView agent={agent} onOpen={(path) => props.bench.openFile(path)} />
            </Match>
            <Match when={true}>
              <NewSession agent={agent} />
            </Match>
          </Switch>
          <Show when={!agent.connected()}>
            <p class="muted agent-line">The line to the server broke. What comes is shown when it is back.</p>
          </Show>
          <Show when={transcript.question} keyed>
            {(question) => <QuestionCard question={question} onAnswer={(answer) => agent.answer(answer)} />}
          </Show>
          <Show when={agent.failure()}>
            {(text) => (
              <p class="error agent-line" role="alert">
                {text()} <button onClick={() => agent.forget()}>Close</button>
              </p>
            )}
          </Show>
          <Composer
            draft={agent.draft()}
            onDraft={(text) => agent.setDraft(text)}
            past={() => inputsOf(transcript)}
            running={running()}
            disabled={agent.loading() || (agent.selected() === undefined && agent.settings().model === '')}
            waiting={agent.waiting()}
            onSend={(text) => agent.say(text)}
            onStop={() => void agent.stop()}
            listFiles={() => listPaths(props.bench.container)}
          />
          <Show when={agent.selected()}>{(session) => <Foot agent={agent} session={session()} />}</Show>
        </Match>
      </Switch>
      <p class="visually-hidden" role="status">
        {transcript.said}
      </p>
      <Show when={agent.rewinder.asked()} keyed>
        {(rewinding) => <RewindDialog rewinding={rewinding} rewinder={agent.rewinder} onClosed={toComposer} />}
      </Show>
    </div>
  );
}

/** Models are set up in another tab, so this one is told by hand to look again. */
function NoModels(props: { failure: string | undefined; onAgain: () => void }) {
  return (
    <div class="agent-middle agent-welcome">
      <h2>No model yet</h2>
      <p class="muted">
        The agent needs a language model: one of a provider, with your key, or one that the operator of this server has
        set up. Keys are kept sealed on the server and never shown again.
      </p>
      <p class="row">
        <a class="button primary" href={MODELS_PAGE} target="_blank" rel="noreferrer">
          Set up a model
        </a>
        <button onClick={() => props.onAgain()}>Look again</button>
      </p>
      <Show when={props.failure}>
        <p class="error" role="alert">
          {props.failure}
        </p>
      </Show>
    </div>
  );
}

/** What a session is made with, before the first word of it. */
function NewSession(props: { agent: Agent }) {
  const settings = () => props.agent.settings();
  return (
    <div class="agent-middle agent-welcome">
      <h2>What is to be done?</h2>
      <p class="muted">
        The agent reads and changes this project’s files and runs its commands, in this tab. What it changes can be
        taken back.
      </p>
      <label>
        Model
        <select onChange={(event) => props.agent.set({ model: event.currentTarget.value })}>
          <For each={props.agent.providers()}>
            {(provider) => (
              <optgroup label={provider.name}>
                <For each={provider.models}>
                  {({ id }) => (
                    <option value={`${provider.name}/${id}`} selected={settings().model === `${provider.name}/${id}`}>
                      {id}
                    </option>
                  )}
                </For>
              </optgroup>
            )}
          </For>
        </select>
      </label>
      <label>
        What it may do by itself
        <select onChange={(event) => props.agent.set({ permission: event.currentTarget.value as Permission })}>
          <For each={Object.entries(PERMISSIONS)}>
            {([permission, title]) => (
              <option value={permission} selected={settings().permission === permission}>
                {title}
              </option>
            )}
          </For>
        </select>
      </label>
      <Show when={props.agent.mcpServers().length > 0}>
        <fieldset>
          <legend>MCP servers that it may use</legend>
          <For each={props.agent.mcpServers()}>
            {(name) => (
              <label class="agent-choice">
                <input
                  type="checkbox"
                  checked={settings().mcp.includes(name)}
                  onChange={(event) => {
                    const others = settings().mcp.filter((one) => one !== name);
                    props.agent.set({ mcp: event.currentTarget.checked ? [...others, name] : others });
                  }}
                />{' '}
                {name}
              </label>
            )}
          </For>
        </fieldset>
      </Show>
      <p>
        <a href={MODELS_PAGE} target="_blank" rel="noreferrer">
          Models and keys
        </a>
      </p>
    </div>
  );
}

/** In the person's own language; prices are small, so up to four decimals are shown. */
const AMOUNT = new Intl.NumberFormat(undefined);
const COST = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 4 });

/** The model, what it may do, and what it took so far. */
function Foot(props: { agent: Agent; session: NonNullable<ReturnType<Agent['selected']>> }) {
  const { transcript } = props.agent;
  const tokens = (): number => transcript.inputTokens + transcript.outputTokens;
  return (
    <p class="agent-foot muted">
      <span title={PERMISSIONS[props.session.permission]}>{props.session.model}</span>
      <span class="grow" />
      <span title={`${AMOUNT.format(transcript.inputTokens)} read, ${AMOUNT.format(transcript.outputTokens)} written`}>
        {AMOUNT.format(tokens())} tokens
      </span>
      <Show when={props.agent.costMicros()}>
        {(cost) => <span title="In the currency of the provider’s prices">cost {COST.format(cost() / 1_000_000)}</span>}
      </Show>
    </p>
  );
}
