import { countOf } from '../shell/count-of.ts';
import type { AdminWorker } from '@slipway/contracts';
import { createResource, For, Match, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { formatAge } from './format-age.ts';

/** Read once, when the page opens. */
export function WorkersSection() {
  const api = useApi();
  const [read, { refetch }] = createResource(() => api.operations.workers());
  return (
    <section aria-labelledby="workers">
      <h2 id="workers">Workers</h2>
      <p class="muted">
        Each says every few seconds that it is there; one that has said nothing for an hour is left out.
      </p>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={read.error}>
          <Notice
            tone="error"
            title="Workers could not be read"
            text={messageOf(read.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={read()}>
          {(shown) => (
            <ul class="people-list">
              <For
                each={shown().workers}
                fallback={
                  <li class="muted">There is no worker: no build on the server begins until one is started.</li>
                }
              >
                {(worker) => (
                  <li>
                    <span>
                      <strong>{worker.name}</strong>
                      <br />
                      <span class="muted">
                        {worker.jobs + worker.sandboxes === 0
                          ? 'idle'
                          : `${countOf(worker.jobs, 'job')} · ${countOf(worker.sandboxes, 'sandbox', 'sandboxes')}`}
                      </span>
                    </span>
                    <span class={worker.silent ? 'error' : 'muted'}>{stateOf(worker, shown().now)}</span>
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

/** What it says of itself, and what its leases say. */
function stateOf({ seenAt, leaseExpiresAt, silent }: AdminWorker, now: number): string {
  if (!silent) return 'there';
  if (leaseExpiresAt !== null && leaseExpiresAt < now) return `a lease ended ${formatAge(now - leaseExpiresAt)} ago`;
  return `silent for ${formatAge(now - (seenAt ?? now))}`;
}
