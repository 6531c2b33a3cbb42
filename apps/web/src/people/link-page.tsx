import { apiPaths, invitationResponse, okResponse, resetLinkResponse, sessionResponse } from '@slipway/contracts';
import { createResource, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { askOpenly } from './ask-openly.ts';
import { createDoing } from './create-doing.ts';
import { DoingNotice } from './doing-notice.tsx';
import type { LinkPageKind } from './link-page-of.ts';
import './people.css';

/** What the page asks for, once it knows what its link is good for. */
interface Wanted {
  title: string;
  text: string;
  email: string | null;
  askEmail: boolean;
  askName: boolean;
  button: string;
}

/** Making an account, or a new password, by a link that somebody handed over. */
export function LinkPage(props: { kind: LinkPageKind }) {
  // No server has seen it: it stands behind the #.
  const token = location.hash.slice(1);
  const doing = createDoing();
  const [wanted] = createResource(() => lookAt(props.kind, token));
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? '');
    const done = await doing.run(async () => {
      if (props.kind === 'reset') {
        const email = wanted()?.askEmail === true ? { email: text('email') } : {};
        await askOpenly(okResponse, apiPaths.resetPassword, { token, password: text('password'), ...email });
      } else {
        await askOpenly(sessionResponse, apiPaths.signUp, {
          email: text('email'),
          name: text('name'),
          password: text('password'),
          ...(props.kind === 'invitation' ? { invitation: token } : {}),
        });
      }
    });
    // The whole page anew: without the link in its address, and with whoever is signed in now.
    if (done) location.replace('/');
  };
  return (
    <main class="center link-page">
      <section class="card">
        <Switch fallback={<p class="muted">Loading…</p>}>
          <Match when={wanted.error}>
            <h1>This link is not good any more</h1>
            <p role="alert">{messageOf(wanted.error)}</p>
            <p>
              <a href="/">Sign in</a>
            </p>
          </Match>
          <Match when={wanted()}>
            {(page) => (
              <>
                <h1>{page().title}</h1>
                <p class="muted">{page().text}</p>
                <form onSubmit={(event) => void submit(event)}>
                  <Show when={page().askName}>
                    <label>
                      Your name
                      <input name="name" required maxlength={100} autocomplete="name" />
                    </label>
                  </Show>
                  <label>
                    E-mail
                    <input
                      name="email"
                      type="email"
                      autocomplete="username"
                      required
                      readOnly={!page().askEmail}
                      value={page().email ?? ''}
                    />
                  </label>
                  <label>
                    Password
                    <input name="password" type="password" autocomplete="new-password" required minlength={6} />
                  </label>
                  <DoingNotice doing={doing} />
                  <button class="primary" disabled={doing.busy()}>
                    {page().button}
                  </button>
                </form>
              </>
            )}
          </Match>
        </Switch>
      </section>
    </main>
  );
}

/** Looking does not use the link up. Throws with the server's words where it is used, taken back or too old. */
async function lookAt(kind: LinkPageKind, token: string): Promise<Wanted> {
  switch (kind) {
    case 'invitation': {
      const { email } = await askOpenly(invitationResponse, apiPaths.lookAtInvitation, { token });
      const text = 'You are invited. Choose a name and a password.';
      return {
        title: 'Make your account',
        text,
        email,
        askEmail: email === null,
        askName: true,
        button: 'Make account',
      };
    }
    case 'reset': {
      const { email, chooseEmail } = await askOpenly(resetLinkResponse, apiPaths.lookAtReset, { token });
      return {
        title: chooseEmail ? 'Set up this server' : 'Choose a new password',
        text: chooseEmail
          ? 'You are its first admin. Say under which address you sign in.'
          : 'Every browser that is signed in as you is signed out.',
        email: chooseEmail ? null : email,
        askEmail: chooseEmail,
        askName: false,
        button: 'Set password',
      };
    }
    case 'sign-up':
      return {
        title: 'Make your account',
        text: 'Choose a name and a password.',
        email: null,
        askEmail: true,
        askName: true,
        button: 'Make account',
      };
  }
}
