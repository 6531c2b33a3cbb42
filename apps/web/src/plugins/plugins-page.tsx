import { A } from '@solidjs/router';
import { createResource, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { UserMenu } from '../people/user-menu.tsx';
import { Notice } from '../shell/notice.tsx';
import { healthOf } from './health-of.ts';
import { InstallSection } from './install-section.tsx';
import '../people/people.css';
import './plugins.css';

/** Which plugins there are and how they are; admins install them here. */
export function PluginsPage() {
  const api = useApi();
  const [plugins, { refetch }] = createResource(() => api.plugins());
  return (
    <main class="projects people">
      <header class="page-head">
        <div class="grow">
          <h1>Plugins</h1>
          <p class="muted">
            They hear of what happens in your projects and keep lists of their own. <A href="/">All projects</A>
          </p>
        </div>
        <UserMenu />
      </header>
      <section aria-labelledby="installed">
        <h2 id="installed">Installed</h2>
        <Switch fallback={<p class="muted">Loading…</p>}>
          <Match when={plugins.error}>
            <Notice
              tone="error"
              title="The plugins could not be read"
              text={messageOf(plugins.error)}
              action={{ label: 'Try again', run: () => void refetch() }}
            />
          </Match>
          <Match when={plugins()}>
            <ul class="people-list">
              <For each={plugins()} fallback={<li class="muted">There are none yet.</li>}>
                {(plugin) => (
                  <li>
                    <span>
                      <A href={`/plugins/${plugin.id}`}>{plugin.name}</A> <span class="muted">{plugin.version}</span>
                    </span>
                    <span classList={{ muted: plugin.health !== 'error', error: plugin.health === 'error' }}>
                      {healthOf(plugin)}
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </Match>
        </Switch>
      </section>
      <Show when={api.user()?.role === 'admin'}>
        <InstallSection onInstalled={() => void refetch()} />
      </Show>
    </main>
  );
}
