import type { User } from '@slipway/contracts';
import { onCleanup, onMount } from 'solid-js';
import { pageClock } from '../clock/clock.ts';
import { makePacer } from '../pace/make-pacer.ts';
import type { Session } from './create-session.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Nobody who is in the middle of a word loses the rest of it to a dialog: it waits for a pause, but not for ever. */
const SHOWN = { quietMs: 600, mostMs: 10_000 };

/**
 * Stands before the page whose session has ended, which stays as it is beneath:
 * its container runs on, and what is not saved yet is saved after the sign-in.
 */
export function SignInAgain(props: { session: Session; user: User }) {
  let dialog: HTMLDialogElement | undefined;
  onMount(() => {
    const pacer = makePacer({
      clock: pageClock,
      limits: SHOWN,
      work: async () => {
        leave();
        dialog?.showModal();
      },
      retryAfterMs: () => undefined,
    });
    const leave = (): void => {
      pacer.stop();
      window.removeEventListener('keydown', pacer.touch, { capture: true });
    };
    window.addEventListener('keydown', pacer.touch, { capture: true });
    onCleanup(leave);
    pacer.touch();
  });
  return (
    <dialog
      ref={dialog}
      class="card dialog"
      aria-labelledby="sign-in-again"
      // Behind it nothing can be saved: Escape would hide that.
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="sign-in-again">Your session has ended</h2>
      <p class="muted">Sign in again to go on. Nothing on this page is lost.</p>
      <SignInForm session={props.session} email={props.user.email} />
    </dialog>
  );
}
