import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { createDoing } from './create-doing.ts';
import { DoingNotice } from './doing-notice.tsx';
import { formatMoment } from './format-moment.ts';
import { ShownOnce } from './shown-once.tsx';

/** A link is shown once: the server keeps only its hash. */
export function InvitationsSection() {
  const api = useApi();
  const doing = createDoing();
  const [invitations, { refetch }] = createResource(() => api.people.invitations());
  const [link, setLink] = createSignal<string>();
  const invite = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const email = String(data.get('email')).trim();
    await doing.run(async () => {
      const made = await api.people.invite({
        role: data.get('role') === 'admin' ? 'admin' : 'user',
        expiresInDays: 7,
        ...(email === '' ? {} : { email }),
      });
      setLink(made.link);
      form.reset();
      await refetch();
    });
  };
  const revoke = (id: string) =>
    void doing.run(async () => {
      await api.people.revokeInvitation(id);
      await refetch();
    }, 'The invitation is taken back.');
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations">Invitations</h2>
      <Show when={link()}>
        {(shown) => (
          <ShownOnce
            label="Invitation"
            value={shown()}
            hint="Hand it over; it makes one account within seven days, and is shown this once."
            onClose={() => setLink(undefined)}
          />
        )}
      </Show>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={invitations.error}>
          <Notice
            tone="error"
            title="Invitations could not be read"
            text={messageOf(invitations.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={invitations()}>
          <ul class="people-list">
            <For each={invitations()} fallback={<li class="muted">Nobody is invited at the moment.</li>}>
              {(invitation) => (
                <li>
                  <span>
                    {invitation.email ?? 'For whoever has the link'}{' '}
                    <span class="muted">
                      · {invitation.role} · until {formatMoment(invitation.expiresAt)}
                    </span>
                  </span>
                  <button disabled={doing.busy()} onClick={() => revoke(invitation.id)}>
                    Take back
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Match>
      </Switch>
      <form onSubmit={(event) => void invite(event)} aria-label="New invitation">
        <label>
          E-mail (optional)
          <input name="email" type="email" autocomplete="off" />
        </label>
        <label>
          Role
          <select name="role">
            <option value="user">User</option>
            <option value="admin">Admin</option>
          </select>
        </label>
        <div>
          <button class="primary" disabled={doing.busy()}>
            Invite
          </button>
        </div>
      </form>
      <DoingNotice doing={doing} />
    </section>
  );
}
