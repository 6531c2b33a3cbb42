import { createResource, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { createDoing } from './create-doing.ts';
import { DoingNotice } from './doing-notice.tsx';
import { browserName, formatMoment } from './format-moment.ts';

/** Reads the list anew after a session was ended. */
export function SessionsSection() {
  const api = useApi();
  const doing = createDoing();
  const [sessions, { refetch }] = createResource(() => api.people.sessions());
  const end = (work: () => Promise<unknown>, told: string) =>
    void doing.run(async () => {
      await work();
      await refetch();
    }, told);
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={sessions.error}>
          <Notice
            tone="error"
            title="Your sessions could not be read"
            text={messageOf(sessions.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={sessions()}>
          {(list) => (
            <>
              <ul class="people-list">
                <For each={list()}>
                  {(session) => (
                    <li>
                      <span>
                        {browserName(session.userAgent)}
                        <Show when={session.current}>
                          <span class="mark"> · this browser</span>
                        </Show>
                        <br />
                        <span class="muted">
                          {session.address ?? 'unknown address'} · last used {formatMoment(session.lastUsedAt)}
                        </span>
                      </span>
                      <Show when={!session.current}>
                        <button
                          disabled={doing.busy()}
                          onClick={() => end(() => api.people.endSession(session.id), 'The session is over.')}
                        >
                          End
                        </button>
                      </Show>
                    </li>
                  )}
                </For>
              </ul>
              <Show when={list().length > 1}>
                <button
                  disabled={doing.busy()}
                  onClick={() => end(() => api.people.endOtherSessions(), 'All other sessions are over.')}
                >
                  End all others
                </button>
              </Show>
            </>
          )}
        </Match>
      </Switch>
      <DoingNotice doing={doing} />
    </section>
  );
}
