import { countOf } from '../shell/count-of.ts';
import { createResource, For, Match, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { formatAge } from './format-age.ts';

/** Read once, when the page opens. */
export function WorkersSection() {
  const api = useApi();
  const [read] = createResource(() => api.operations.workers());
  return (
    <section aria-labelledby="workers">
      <h2 id="workers">Workers</h2>
      <p class="muted">Those that have a job or a sandbox; idle ones leave no trace.</p>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={read.error}>
          <Notice tone="error" title="Workers could not be read" text={messageOf(read.error)} />
        </Match>
        <Match when={read()}>
          {(shown) => (
            <ul class="people-list">
              <For each={shown().workers} fallback={<li class="muted">No worker has anything to do.</li>}>
                {(worker) => (
                  <li>
                    <span>
                      <strong>{worker.name}</strong>
                      <br />
                      <span class="muted">
                        {countOf(worker.jobs, 'job')} · {countOf(worker.sandboxes, 'sandbox', 'sandboxes')}
                      </span>
                    </span>
                    <span class={worker.silent ? 'error' : 'muted'}>
                      {worker.silent
                        ? `silent for ${formatAge(shown().now - worker.leaseExpiresAt)}`
                        : `good for ${formatAge(worker.leaseExpiresAt - shown().now)}`}
                    </span>
                  </li>
                )}
              </For>
            </ul>
          )}
        </Match>
      </Switch>
    </section>
  );
}
