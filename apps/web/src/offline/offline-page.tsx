import { A } from '@solidjs/router';
import { For, onCleanup, Show } from 'solid-js';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';

/** In place of a page that only the server can fill, while it does not answer: what to do, and what opens here. */
export function OfflinePage(props: { title: string; text: string }) {
  const known = useApi().known.list();
  const reload = (): void => location.reload();
  addEventListener('online', reload);
  onCleanup(() => removeEventListener('online', reload));
  return (
    <main class="center">
      <Notice alone tone="info" title={props.title} text={props.text} action={{ label: 'Try again', run: reload }} />
      <Show when={known.length > 0}>
        <h2>Projects that open offline</h2>
        <ul class="offline-projects">
          <For each={known}>
            {({ project }) => (
              <li>
                <A href={`/projects/${project.id}`}>{project.name}</A>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </main>
  );
}
