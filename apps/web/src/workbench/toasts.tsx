import * as Kobalte from '@kobalte/core/toast';
import X from 'lucide-solid/icons/x';
import { Show } from 'solid-js';
import { Portal } from 'solid-js/web';
import type { Toast } from './feature.ts';

/** Long enough to be read twice. */
const SHOWN_MS = 8_000;
/** More wait until one of these goes. */
const MOST = 4;

/** Shows a message in the corner. An error stays until somebody closes it. */
export function showToast(toast: Toast): void {
  Kobalte.toaster.show((props) => (
    // No list item: it is a status, which a list item cannot be as well.
    <Kobalte.Root
      as="div"
      toastId={props.toastId}
      class={`toast ${toast.tone ?? 'info'}`}
      priority={toast.tone === 'error' ? 'high' : 'low'}
      persistent={toast.tone === 'error'}
    >
      <div class="toast-text">
        <Kobalte.Title class="toast-title">{toast.title}</Kobalte.Title>
        <Show when={toast.text}>
          <Kobalte.Description class="muted">{toast.text}</Kobalte.Description>
        </Show>
        <Show when={toast.action}>
          {(action) => (
            <button
              class="quiet"
              onClick={() => {
                action().run();
                Kobalte.toaster.dismiss(props.toastId);
              }}
            >
              {action().label}
            </button>
          )}
        </Show>
      </div>
      <Kobalte.CloseButton class="icon-button" aria-label="Close the message">
        <X size={15} />
      </Kobalte.CloseButton>
    </Kobalte.Root>
  ));
}

/** The corner in which messages stand; F8 takes the keyboard there. */
export function ToastRegion() {
  return (
    <Portal>
      <Kobalte.Region duration={SHOWN_MS} limit={MOST} hotkey={['F8']} aria-label="Messages ({hotkey})">
        <Kobalte.List as="div" class="toasts" />
      </Kobalte.Region>
    </Portal>
  );
}
