import * as AlertDialog from '@kobalte/core/alert-dialog';

/** Asks before something that cannot be undone. Escape and the first button say no. */
export function ConfirmDialog(props: {
  title: string;
  text: string;
  confirm: string;
  cancel?: string | undefined;
  /** What is done cannot be undone: the button is drawn as a warning. */
  danger?: boolean | undefined;
  onAnswer: (yes: boolean) => void;
}) {
  let no: HTMLButtonElement | undefined;
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && props.onAnswer(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="overlay" />
        <div class="overlay-place">
          <AlertDialog.Content
            class="dialog"
            onOpenAutoFocus={(event) => {
              // The harmless answer, whichever button comes first.
              event.preventDefault();
              no?.focus();
            }}
          >
            <AlertDialog.Title>{props.title}</AlertDialog.Title>
            <AlertDialog.Description class="muted">{props.text}</AlertDialog.Description>
            <div class="row end">
              <button ref={no} onClick={() => props.onAnswer(false)}>
                {props.cancel ?? 'Cancel'}
              </button>
              <button class={(props.danger ?? true) ? 'danger' : 'primary'} onClick={() => props.onAnswer(true)}>
                {props.confirm}
              </button>
            </div>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
