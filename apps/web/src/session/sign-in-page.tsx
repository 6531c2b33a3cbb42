import { apiPaths, signInMethods } from '@slipway/contracts';
import { createResource, Show } from 'solid-js';
import { askOpenly } from '../people/ask-openly.ts';
import type { Session } from './create-session.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Its form works without the list of methods, which may not load. */
export function SignInPage(props: { session: Session }) {
  // Where the answer fails there is still the form.
  const [methods] = createResource(() => askOpenly(signInMethods, apiPaths.signInMethods).catch(() => undefined));
  return (
    <main class="center">
      <section class="card">
        <h1>Slipway</h1>
        <SignInForm session={props.session} />
        <Show when={methods()?.oidc}>
          {(name) => (
            <p>
              <a class="button" href={apiPaths.oidcStart}>
                Sign in with {name()}
              </a>
            </p>
          )}
        </Show>
        <p class="muted">No account, or the password forgotten? An admin of this server gives you a link.</p>
        <Show when={methods()?.signUp === 'open'}>
          <p class="muted">
            New here? <a href="/sign-up">Make an account</a>
          </p>
        </Show>
      </section>
    </main>
  );
}
