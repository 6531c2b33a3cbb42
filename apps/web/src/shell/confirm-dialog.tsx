import { onMount } from 'solid-js';

/** Asks before something that cannot be undone. Escape and the first button say no. */
export function ConfirmDialog(props: { title: string; text: string; confirm: string; onAnswer: (yes: boolean) => void }) {
  let dialog: HTMLDialogElement | undefined;
  // `showModal` keeps the focus inside and gives it back afterwards.
  onMount(() => dialog?.showModal());
  return (
    <dialog ref={dialog} class="card dialog" aria-labelledby="dialog-title" onClose={() => props.onAnswer(dialog?.returnValue === 'yes')}>
      <h2 id="dialog-title">{props.title}</h2>
      <p class="muted">{props.text}</p>
      <form method="dialog" class="row end">
        <button value="no" autofocus>
          Cancel
        </button>
        <button value="yes" class="danger">
          {props.confirm}
        </button>
      </form>
    </dialog>
  );
}
