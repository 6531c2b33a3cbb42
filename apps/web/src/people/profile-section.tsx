import { useApi } from '../api/context.ts';
import { createDoing } from './create-doing.ts';
import { DoingNotice } from './doing-notice.tsx';

/** Each form has its own `doing`, so that one can fail while the other is saved. */
export function ProfileSection() {
  const api = useApi();
  const naming = createDoing();
  const changing = createDoing();
  const rename = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    await naming.run(() => api.people.rename(String(data.get('name'))), 'Saved.');
  };
  const setPassword = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const currentPassword = String(data.get('current') ?? '');
    const email = data.get('email');
    const changed = await changing.run(
      () =>
        api.people.setPassword({
          password: String(data.get('password')),
          ...(currentPassword === '' ? {} : { currentPassword }),
          ...(email === null ? {} : { email: String(email) }),
        }),
      'The password is set; every other browser is signed out.',
    );
    if (changed) form.reset();
  };
  /** The owner whom the server made has no address of her own yet. */
  const isUnnamed = () => api.user()?.email === 'owner@localhost';
  return (
    <>
      <section aria-labelledby="profile">
        <h2 id="profile">Name</h2>
        <form onSubmit={(event) => void rename(event)}>
          <label>
            Your name
            <input name="name" required maxlength={100} autocomplete="name" value={api.user()?.name ?? ''} />
          </label>
          <div>
            <button disabled={naming.busy()}>Save name</button>
          </div>
        </form>
        <DoingNotice doing={naming} />
      </section>
      <section aria-labelledby="password">
        <h2 id="password">Password</h2>
        {isUnnamed() ? (
          <p class="muted">
            On this machine you are signed in without one. With a password only address and password sign in, from
            anywhere.
          </p>
        ) : undefined}
        <form onSubmit={(event) => void setPassword(event)}>
          {isUnnamed() ? (
            <label>
              E-mail
              <input name="email" type="email" autocomplete="username" required />
            </label>
          ) : (
            <input type="email" autocomplete="username" value={api.user()?.email ?? ''} hidden readOnly />
          )}
          {/* Whoever has no address has no password either. */}
          {isUnnamed() ? undefined : (
            <label>
              Current password
              <input name="current" type="password" autocomplete="current-password" />
            </label>
          )}
          <label>
            New password
            <input name="password" type="password" autocomplete="new-password" required minlength={6} />
          </label>
          <div>
            <button disabled={changing.busy()}>Set password</button>
          </div>
        </form>
        <DoingNotice doing={changing} />
      </section>
    </>
  );
}
