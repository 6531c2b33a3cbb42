/**
 * The preview's half of the client's `reloadPreview()`: the page is loaded again
 * where it is, and the caller told on the port it sent along.
 *
 * The client 1.6.4 never starts that port, so it sets the frame's address again
 * after its `hardRefreshTimeout` in any case; a client that listens saves that.
 */
import { RELOAD_ANSWER_TYPE, RELOAD_REQUEST_TYPE } from '@slipway/wire/reload';

/** Only the frame's own parent is answered; a preview in a tab of its own has none and reloads nothing. */
export function answerReload(): void {
  addEventListener('message', (event: MessageEvent<{ type?: unknown } | null>) => {
    if (event.source !== parent || parent === window || event.data?.type !== RELOAD_REQUEST_TYPE) return;
    // None of the program's business.
    event.stopImmediatePropagation();
    event.ports[0]?.postMessage({ type: RELOAD_ANSWER_TYPE });
    location.reload();
  });
}
