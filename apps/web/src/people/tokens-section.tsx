import type { AccessToken, CreateAccessTokenBody, Project } from '@slipway/contracts';
import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { createDoing } from './create-doing.ts';
import { DoingNotice } from './doing-notice.tsx';
import { formatMoment } from './format-moment.ts';
import { ShownOnce } from './shown-once.tsx';
import { TokenForm } from './token-form.tsx';

/** For programs (SV-14). A token is shown once: the server keeps only its hash. */
export function TokensSection() {
  const api = useApi();
  const doing = createDoing();
  const [tokens, { refetch }] = createResource(() => api.people.tokens());
  const [projects, { refetch: readProjects }] = createResource(() => api.projects());
  /** A resource that has failed throws when it is read. */
  const known = (): readonly Project[] => (projects.error === undefined ? (projects() ?? []) : []);
  const [fresh, setFresh] = createSignal<string>();

  const create = (body: CreateAccessTokenBody): Promise<boolean> =>
    doing.run(async () => {
      if (body.scopes.length === 0) throw new Error('Choose what the token is for');
      setFresh((await api.people.createToken(body)).token);
      await refetch();
    });
  const revoke = (token: AccessToken) =>
    void doing.run(async () => {
      await api.people.revokeToken(token.id);
      await refetch();
    }, `“${token.name}” is revoked.`);
  const projectName = (id: string) => known().find((project) => project.id === id)?.name ?? 'another project';

  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">Access tokens</h2>
      <p class="muted">For the command line, git and other programs, instead of your password.</p>
      <Show when={fresh()}>
        {(token) => (
          <ShownOnce
            label="New token"
            value={token()}
            hint="It is shown this once. Whoever has it may do what you chose."
            onClose={() => setFresh(undefined)}
          />
        )}
      </Show>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={tokens.error}>
          <Notice
            tone="error"
            title="Your tokens could not be read"
            text={messageOf(tokens.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={tokens()}>
          <ul class="people-list">
            <For each={tokens()} fallback={<li class="muted">You have none yet.</li>}>
              {(token) => (
                <li>
                  <span>
                    <strong>{token.name}</strong> <span class="muted">…{token.ending}</span>
                    <br />
                    <span class="muted">
                      {token.scopes
                        .map(({ verb, projectId }) =>
                          projectId === null ? verb : `${verb} in ${projectName(projectId)}`,
                        )
                        .join(', ')}{' '}
                      · until {formatMoment(token.expiresAt)} · last used {formatMoment(token.lastUsedAt)}
                    </span>
                  </span>
                  <button aria-label={`Revoke ${token.name}`} disabled={doing.busy()} onClick={() => revoke(token)}>
                    Revoke
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Match>
      </Switch>
      <Show when={projects.error}>
        {(error) => (
          <Notice
            tone="error"
            title="Your projects could not be read"
            text={`A token can be made for all of them only. ${messageOf(error())}`}
            action={{ label: 'Try again', run: () => void readProjects() }}
          />
        )}
      </Show>
      <TokenForm projects={known()} busy={doing.busy()} onCreate={create} />
      <DoingNotice doing={doing} />
    </section>
  );
}
