import { createEffect, createSignal, For, Show } from 'solid-js';
import type { Question } from '../workbench/feature.ts';
import type { Credential, SourceControl } from './create-source-control.ts';
import type { Remote } from './read-repository.ts';

/** git's own verbs, which are run as they are. */
type Exchange = 'fetch' | 'pull' | 'push';
const LABELS: Readonly<Record<Exchange, string>> = { fetch: 'Fetch', pull: 'Pull', push: 'Push' };

/** Other repositories: what is fetched from them and pushed to them. */
export function RemoteSection(props: {
  control: SourceControl;
  confirm: (question: Question) => Promise<boolean>;
  busy: boolean;
}) {
  const [name, setName] = createSignal('origin');
  const [url, setUrl] = createSignal('');
  /** What is done again once somebody has said who they are. */
  const [last, setLast] = createSignal<{ what: Exchange; remote: string }>();
  const exchange = (what: Exchange, remote: string, credential?: Credential): void => {
    setLast({ what, remote });
    void props.control.exchange(what, remote, credential);
  };
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await props.control.addRemote(name().trim(), url().trim())) setUrl('');
  };
  const remove = async (remote: Remote): Promise<void> => {
    const yes = await props.confirm({
      title: `Remove the remote “${remote.name}”?`,
      text: 'What was fetched from it stays; the other repository is left alone.',
      confirm: 'Remove',
    });
    if (yes) await props.control.removeRemote(remote.name);
  };
  let section: HTMLDetailsElement | undefined;
  // Opened for the question, and left as it is behind the answer: what comes next is mostly asked here too.
  createEffect(() => {
    if (props.control.wantsSignIn() && section !== undefined) section.open = true;
  });
  return (
    <details class="source-control-section" ref={section}>
      <summary>Remotes</summary>
      <ul aria-label="Remotes">
        <For each={props.control.remotes()} fallback={<li class="empty">No other repository is known.</li>}>
          {(remote) => (
            <li class="source-control-remote">
              <strong>{remote.name}</strong> <span class="muted">{withoutPassword(remote.url)}</span>
              <div class="row">
                <For each={Object.keys(LABELS) as Exchange[]}>
                  {(what) => (
                    <button
                      disabled={props.busy}
                      aria-label={`${LABELS[what]} ${what === 'push' ? 'to' : 'from'} ${remote.name}`}
                      onClick={() => exchange(what, remote.name)}
                    >
                      {LABELS[what]}
                    </button>
                  )}
                </For>
                <button
                  class="quiet"
                  disabled={props.busy}
                  aria-label={`Remove remote ${remote.name}`}
                  onClick={() => void remove(remote)}
                >
                  Remove
                </button>
              </div>
            </li>
          )}
        </For>
      </ul>
      <Show when={/^(?:Fetch|Pull|Push)ing$/.test(props.control.busy() ?? '')}>
        <button onClick={() => props.control.cancel()}>Cancel</button>
      </Show>
      <Show when={props.control.wantsSignIn() && last()}>
        {(again) => <SignIn remote={again().remote} onDone={(who) => exchange(again().what, again().remote, who)} />}
      </Show>
      <form class="source-control-line-form" aria-label="Add a remote" onSubmit={(event) => void add(event)}>
        <input
          type="text"
          aria-label="Name of the remote"
          maxLength={100}
          value={name()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <input
          type="url"
          aria-label="Address of the remote"
          placeholder="https://…/project.git"
          maxLength={2000}
          value={url()}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
        <button type="submit" disabled={props.busy || name().trim() === '' || url().trim() === ''}>
          Add
        </button>
      </form>
    </details>
  );
}

/** Who asks, for one command; the browser keeps nothing of it. */
function SignIn(props: { remote: string; onDone: (credential: Credential) => void }) {
  const [username, setUsername] = createSignal('');
  const [password, setPassword] = createSignal('');
  return (
    <form
      class="source-control-sign-in"
      aria-label={`Sign in to ${props.remote}`}
      onSubmit={(event) => {
        event.preventDefault();
        props.onDone({ username: username(), password: password() });
      }}
    >
      <p>{`“${props.remote}” wants to know who you are. It is used once and not kept.`}</p>
      <label>
        Name
        <input
          type="text"
          autocomplete="off"
          value={username()}
          onInput={(event) => setUsername(event.currentTarget.value)}
        />
      </label>
      <label>
        Password or access token
        <input
          type="password"
          autocomplete="off"
          value={password()}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={username() === '' || password() === ''}>
        Sign in and go on
      </button>
    </form>
  );
}

/** An address may have been given with a password in it. */
const withoutPassword = (url: string): string => url.replace(/^(https?:\/\/)[^/@]*@/, '$1');
