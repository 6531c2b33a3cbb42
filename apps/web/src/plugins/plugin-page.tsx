import { A, useNavigate, useParams } from '@solidjs/router';
import type { PluginResponse } from '@slipway/contracts';
import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { createDoing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { UserMenu } from '../people/user-menu.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { Notice } from '../shell/notice.tsx';
import { CallsSection } from './calls-section.tsx';
import { EntitySection } from './entity-section.tsx';
import { healthOf } from './health-of.ts';
import { ManifestView } from './manifest-view.tsx';
import '../people/people.css';
import './plugins.css';

/** One plugin: what it keeps for whoever is signed in, and for admins what it does. All of it from its manifest. */
export function PluginPage() {
  const api = useApi();
  const params = useParams<{ id: string }>();
  const [read, { refetch }] = createResource(() => params.id, api.plugin);
  return (
    <main class="projects people plugin-page">
      <header class="page-head">
        <div class="grow">
          <h1>{read.error === undefined ? (read.latest?.plugin.name ?? 'Plugin') : 'Plugin'}</h1>
          <p class="muted">
            <A href="/plugins">All plugins</A> · <A href="/">All projects</A>
          </p>
        </div>
        <UserMenu />
      </header>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={read.error}>
          <Notice
            tone="error"
            title="The plugin could not be read"
            text={messageOf(read.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={read.latest}>
          {(found) => (
            <>
              <State of={found()} onChanged={() => void refetch()} />
              <For each={Object.entries(found().manifest.entities)}>
                {([name, { fields }]) => <EntitySection pluginId={found().plugin.id} name={name} fields={fields} />}
              </For>
              <Show when={api.user()?.role === 'admin'}>
                <CallsSection pluginId={found().plugin.id} />
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </main>
  );
}

/** Everybody sees how it is; the buttons are for admins, and the server checks that again. */
function State(props: { of: PluginResponse; onChanged: () => void }) {
  const api = useApi();
  const navigate = useNavigate();
  const doing = createDoing();
  const [asking, setAsking] = createSignal<'uninstall' | 'rollback'>();
  const id = () => props.of.plugin.id;
  const last = () => props.of.versions[0];
  const act = (action: 'enable' | 'disable' | 'rollback', told: string) =>
    void doing.run(async () => {
      await api.actOnPlugin(id(), action);
      props.onChanged();
    }, told);
  const answered = (yes: boolean): void => {
    const about = asking();
    setAsking(undefined);
    if (!yes) return;
    if (about === 'rollback') act('rollback', 'The version before is back.');
    else
      void doing.run(async () => {
        await api.uninstallPlugin(id());
        navigate('/plugins');
      });
  };
  return (
    <section aria-labelledby="state">
      <h2 id="state">State</h2>
      <p classList={{ error: props.of.plugin.health === 'error' }}>
        Version {props.of.plugin.version}, {healthOf(props.of.plugin)}.
      </p>
      <details>
        <summary>What it hears of and stores</summary>
        <ManifestView manifest={props.of.manifest} />
      </details>
      <Show when={api.user()?.role === 'admin'}>
        <div class="row">
          <Show
            when={props.of.plugin.state === 'disabled' || props.of.plugin.state === 'error'}
            fallback={
              <button disabled={doing.busy()} onClick={() => act('disable', 'Turned off.')}>
                Turn off
              </button>
            }
          >
            <button class="primary" disabled={doing.busy()} onClick={() => act('enable', 'Turned on.')}>
              Turn on
            </button>
          </Show>
          <Show when={last()}>
            {(before) => (
              <button disabled={doing.busy()} onClick={() => setAsking('rollback')}>
                Back to {before().version}
              </button>
            )}
          </Show>
          <button class="danger" disabled={doing.busy()} onClick={() => setAsking('uninstall')}>
            Uninstall
          </button>
        </div>
      </Show>
      <DoingNotice doing={doing} />
      <Show when={asking()}>
        {(about) => (
          <ConfirmDialog
            title={about() === 'uninstall' ? `Uninstall “${props.of.plugin.name}”?` : `Go back to ${last()?.version}?`}
            text={
              about() === 'uninstall'
                ? 'All that it has stored, for every user of this server, is deleted. This cannot be undone.'
                : 'Rows stay. What only the newer version knows is hidden until it comes back.'
            }
            confirm={about() === 'uninstall' ? 'Uninstall' : 'Go back'}
            danger={about() === 'uninstall'}
            onAnswer={answered}
          />
        )}
      </Show>
    </section>
  );
}
