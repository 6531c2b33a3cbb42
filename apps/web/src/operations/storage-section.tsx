import { createResource, For, Match, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { formatAmount } from '../usage/format-amount.ts';

/** What each class of data costs, and how long it is kept. */
export function StorageSection() {
  const api = useApi();
  const [classes, { refetch }] = createResource(() => api.operations.storage());
  const total = () => (classes() ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <section aria-labelledby="storage">
      <h2 id="storage">Storage</h2>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={classes.error}>
          <Notice
            tone="error"
            title="Storage could not be read"
            text={messageOf(classes.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={classes()}>
          {(shown) => (
            <>
              <p class="muted">
                {formatAmount('storedBytes', total())} on the database’s disk, indexes included. Settings say how long.
              </p>
              <table class="storage-table">
                <thead>
                  <tr>
                    <th scope="col">Class</th>
                    <th scope="col">Takes</th>
                    <th scope="col">Rows, about</th>
                    <th scope="col">Kept</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={shown()}>
                    {(one) => (
                      <tr>
                        <th scope="row">{one.name}</th>
                        <td>{formatAmount('storedBytes', one.bytes)}</td>
                        <td>{one.rows === null ? '–' : one.rows.toLocaleString('en')}</td>
                        <td>{one.kept}</td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </>
          )}
        </Match>
      </Switch>
    </section>
  );
}
