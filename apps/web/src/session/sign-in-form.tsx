import { createSignal, Show } from 'solid-js';
import type { Session } from './create-session.ts';

/** E-mail, password, and what was wrong with them. */
export function SignInForm(props: { session: Session; email?: string }) {
  const [message, setMessage] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      setMessage(
        await props.session.signIn({ email: String(form.get('email')), password: String(form.get('password')) }),
      );
    } catch (error) {
      setMessage(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="sign-in" onSubmit={(event) => void submit(event)}>
      <label>
        E-mail
        <input name="email" type="email" autocomplete="username" required value={props.email ?? ''} />
      </label>
      <label>
        Password
        <input name="password" type="password" autocomplete="current-password" required minlength={6} />
      </label>
      <Show when={message()}>
        <p class="error" role="alert">
          {message()}
        </p>
      </Show>
      <button class="primary" disabled={busy()}>
        {busy() ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}
