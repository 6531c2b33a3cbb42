import { countOf } from '../shell/count-of.ts';
import type { Person } from '@slipway/contracts';
import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { Notice } from '../shell/notice.tsx';
import { createDoing } from './create-doing.ts';
import { DoingNotice } from './doing-notice.tsx';
import { formatMoment } from './format-moment.ts';
import { ShownOnce } from './shown-once.tsx';

/** Everybody who has an account, a page at a time. */
export function PeopleSection() {
  const api = useApi();
  const doing = createDoing();
  const [after, setAfter] = createSignal<string>();
  const [page, { refetch }] = createResource(
    () => ({ after: after() }),
    ({ after: from }) => api.people.people(from),
  );
  const [link, setLink] = createSignal<string>();
  const [doomed, setDoomed] = createSignal<Person>();
  const act = (work: () => Promise<unknown>, told: string) =>
    void doing.run(async () => {
      await work();
      await refetch();
    }, told);
  const reset = (person: Person) => void doing.run(async () => setLink((await api.people.resetPerson(person.id)).link));

  return (
    <section aria-labelledby="people">
      <h2 id="people">People</h2>
      <Show when={link()}>
        {(shown) => (
          <ShownOnce
            label="Link for a new password"
            value={shown()}
            hint="Hand it to the person; it is good for a day and shown this once."
            onClose={() => setLink(undefined)}
          />
        )}
      </Show>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={page.error}>
          <Notice
            tone="error"
            title="People could not be read"
            text={messageOf(page.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={page()}>
          {(shown) => (
            <>
              <ul class="people-list">
                <For each={shown().people}>
                  {(person) => (
                    <PersonRow
                      person={person}
                      busy={doing.busy()}
                      own={person.id === api.user()?.id}
                      onRole={() =>
                        act(
                          () => api.people.setRole(person.id, person.role === 'admin' ? 'user' : 'admin'),
                          `${person.email} is ${person.role === 'admin' ? 'no admin any more' : 'an admin now'}.`,
                        )
                      }
                      onReset={() => reset(person)}
                      onSignOut={() => act(() => api.people.signPersonOut(person.id), `${person.email} is signed out.`)}
                      onDelete={() => setDoomed(person)}
                    />
                  )}
                </For>
              </ul>
              <div class="row">
                <Show when={after()}>
                  <button onClick={() => setAfter(undefined)}>First page</button>
                </Show>
                <Show when={shown().next}>{(next) => <button onClick={() => setAfter(next())}>Next page</button>}</Show>
              </div>
            </>
          )}
        </Match>
      </Switch>
      <DoingNotice doing={doing} />
      <Show when={doomed()} keyed>
        {(person) => (
          <ConfirmDialog
            title={`Delete ${person.email}?`}
            text={`The account goes with its ${countOf(person.projects, 'project')}, their files and published sites.`}
            confirm="Delete"
            onAnswer={(yes) => {
              setDoomed(undefined);
              if (yes) act(() => api.people.deletePerson(person.id), `${person.email} is deleted.`);
            }}
          />
        )}
      </Show>
    </section>
  );
}

/**
 * Signing oneself out and deleting oneself is left to the account page. People of an identity provider have
 * no password here that could be reset.
 */
function PersonRow(props: {
  person: Person;
  busy: boolean;
  own: boolean;
  onRole: () => void;
  onReset: () => void;
  onSignOut: () => void;
  onDelete: () => void;
}) {
  // Begins with what the button shows, as who speaks to the page says it.
  const label = (what: string) => `${what} ${props.person.email}`;
  const role = () => (props.person.role === 'admin' ? 'Make user' : 'Make admin');
  return (
    <li>
      <span>
        <strong>{props.person.name}</strong> {props.person.email}
        <br />
        <span class="muted">
          {props.person.role}
          {props.person.provider === 'local' ? '' : ` · by ${props.person.provider}`} ·{' '}
          {countOf(props.person.projects, 'project')} · last seen {formatMoment(props.person.lastSeenAt)}
        </span>
      </span>
      <div class="row">
        <button disabled={props.busy} aria-label={label(role())} onClick={() => props.onRole()}>
          {role()}
        </button>
        <Show when={props.person.provider === 'local'}>
          <button disabled={props.busy} aria-label={label('Reset password of')} onClick={() => props.onReset()}>
            Reset password
          </button>
        </Show>
        <Show when={!props.own}>
          <button disabled={props.busy} aria-label={label('Sign out')} onClick={() => props.onSignOut()}>
            Sign out
          </button>
          <button disabled={props.busy} aria-label={label('Delete')} onClick={() => props.onDelete()}>
            Delete
          </button>
        </Show>
      </div>
    </li>
  );
}
