import { For, Match, Show, Switch } from 'solid-js';
import { browserName, formatMoment } from '../people/format-moment.ts';
import type { LiveState } from './live-state.ts';

const MICROS_OF_MS = 1000;

/** Who looks at a live preview that this tab serves. */
export function LiveViewers(props: { state: LiveState | undefined; onStart: () => void; onEnd: (id: string) => void }) {
  const open = () => (props.state?.name === 'open' ? props.state : undefined);
  const ended = () => (props.state?.name === 'ended' ? props.state : undefined);
  return (
    <Switch
      fallback={
        <p>
          <span role="status">{ended()?.why ?? 'No tab serves it, as far as this one knows.'}</span>{' '}
          <button onClick={() => props.onStart()}>Serve it here</button>
        </p>
      }
    >
      <Match when={props.state?.name === 'connecting'}>
        <p role="status">Connecting…</p>
      </Match>
      <Match when={open()}>
        {(live) => (
          <>
            <p role="status">
              Live from this tab · {live().viewers.length} {live().viewers.length === 1 ? 'viewer' : 'viewers'}
            </p>
            <Show when={live().viewers.length > 0}>
              <ul class="share-list" aria-label="Viewers">
                <For each={live().viewers}>
                  {({ id, sinceMs, agent, requests }) => (
                    <li>
                      <span>
                        {browserName(agent)}{' '}
                        <span class="muted">
                          since {formatMoment(sinceMs * MICROS_OF_MS)} · {requests} requests
                        </span>
                      </span>
                      <button onClick={() => props.onEnd(id)}>End visit</button>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          </>
        )}
      </Match>
    </Switch>
  );
}
