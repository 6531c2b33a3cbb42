import { A } from '@solidjs/router';
import type { KnownProvider } from '@slipway/agent';
import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { createDoing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { UserMenu } from '../people/user-menu.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { Notice } from '../shell/notice.tsx';
import { makeAgentCalls } from './agent-calls.ts';
import { ProviderForm } from './provider-form.tsx';
import '../people/people.css';
import './models.css';

/** Where the agent's models come from: the operator's providers and a person's own, whose keys go in and never out. */
export function ModelsPage() {
  const api = useApi();
  const calls = makeAgentCalls(api);
  const doing = createDoing();
  const [providers, { refetch }] = createResource(() => calls.providers());
  /** What the form begins with; a new object is another form. */
  const [edited, setEdited] = createSignal<{ readonly provider: KnownProvider | undefined }>({ provider: undefined });
  const [doomed, setDoomed] = createSignal<string>();
  let form: HTMLElement | undefined;

  const edit = (provider: KnownProvider): void => {
    setEdited({ provider });
    queueMicrotask(() => form?.querySelector('input')?.focus());
  };
  const remove = (name: string): void => {
    setDoomed(undefined);
    void doing.run(async () => {
      await calls.deleteProvider(name);
      await refetch();
    }, `“${name}” is removed, with its key.`);
  };
  return (
    <main class="projects people">
      <header class="page-head">
        <div class="grow">
          <h1>Models</h1>
          <p class="muted">
            What the coding agent thinks with · <A href="/">All projects</A>
          </p>
        </div>
        <UserMenu />
      </header>
      <section aria-labelledby="providers">
        <h2 id="providers">Providers</h2>
        <Switch fallback={<p class="muted">Loading…</p>}>
          <Match when={providers.error}>
            <Notice
              tone="error"
              title="The providers could not be read"
              text={messageOf(providers.error)}
              action={{ label: 'Try again', run: () => void refetch() }}
            />
          </Match>
          <Match when={providers.latest}>
            {(list) => (
              <ul class="people-list">
                <For
                  each={list()}
                  fallback={<li class="muted">There is none yet: add one below, and the agent can begin.</li>}
                >
                  {(provider) => (
                    <ProviderLine
                      provider={provider}
                      busy={doing.busy()}
                      onTest={(model) => calls.testProvider(provider.name, model)}
                      onEdit={() => edit(provider)}
                      onRemove={() => setDoomed(provider.name)}
                    />
                  )}
                </For>
              </ul>
            )}
          </Match>
        </Switch>
        <DoingNotice doing={doing} />
      </section>
      <section aria-labelledby="provider-form" ref={form}>
        <h2 id="provider-form">{edited().provider ? `Change “${edited().provider?.name}”` : 'Add a provider'}</h2>
        <p class="muted">
          The key is kept sealed on the server, for the provider’s address alone. It is never shown again; who changes a
          provider gives its key anew.
        </p>
        <Show when={edited()} keyed>
          {({ provider }) => (
            <ProviderForm
              provider={provider}
              busy={doing.busy()}
              onCancel={provider && (() => setEdited({ provider: undefined }))}
              onSave={async (name, body) => {
                const kept = await doing.run(async () => {
                  await calls.setProvider(name, body);
                  await refetch();
                }, `“${name}” is kept. Test it: one word of its model shows whether all is right.`);
                if (kept) setEdited({ provider: undefined });
              }}
            />
          )}
        </Show>
      </section>
      <Show when={doomed()}>
        {(name) => (
          <ConfirmDialog
            title={`Remove “${name()}”?`}
            text="Its key is forgotten. Sessions with its models can be read, and do not go on."
            confirm="Remove"
            onAnswer={(yes) => (yes ? remove(name()) : setDoomed(undefined))}
          />
        )}
      </Show>
    </main>
  );
}

type Tested = Awaited<ReturnType<ReturnType<typeof makeAgentCalls>['testProvider']>>;

/** A provider of the operator's can be tested like any, but neither changed nor removed here. */
function ProviderLine(props: {
  provider: KnownProvider;
  busy: boolean;
  onTest: (model: string) => Promise<Tested>;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const [model, setModel] = createSignal(props.provider.models[0]?.id ?? '');
  const [testing, setTesting] = createSignal(false);
  const [tested, setTested] = createSignal<Tested>();
  const test = async (): Promise<void> => {
    setTesting(true);
    setTested(undefined);
    const failed = (error: unknown): Tested => ({ ok: false, message: messageOf(error), tookMs: 0 });
    setTested(await props.onTest(model()).catch(failed));
    setTesting(false);
  };
  return (
    <li class="provider">
      <div>
        <strong>{props.provider.name}</strong>{' '}
        <span class="muted">
          {props.provider.kind}
          {props.provider.baseUrl === null ? '' : ` · ${props.provider.baseUrl}`} ·{' '}
          {props.provider.own ? (props.provider.hasKey ? 'your key is kept' : 'without a key') : 'the operator’s'}
        </span>
        <p class={tested()?.ok === false ? 'error' : 'good'} role="status">
          {testing() ? 'Asking for a word …' : testText(tested())}
        </p>
      </div>
      <div class="row">
        <select
          aria-label={`Model of ${props.provider.name} to test`}
          onChange={(event) => setModel(event.currentTarget.value)}
        >
          <For each={props.provider.models}>{({ id }) => <option value={id}>{id}</option>}</For>
        </select>
        <button aria-label={`Test ${props.provider.name}`} disabled={testing()} onClick={() => void test()}>
          Test
        </button>
        <Show when={props.provider.own}>
          <button aria-label={`Change ${props.provider.name}`} onClick={() => props.onEdit()}>
            Change
          </button>
          <button aria-label={`Remove ${props.provider.name}`} disabled={props.busy} onClick={() => props.onRemove()}>
            Remove
          </button>
        </Show>
      </div>
    </li>
  );
}

function testText(tested: Tested | undefined): string {
  if (tested === undefined) return '';
  return tested.ok ? `It answers, after ${(tested.tookMs / 1000).toFixed(1)} s: “${tested.message}”` : tested.message;
}
