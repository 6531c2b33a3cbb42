/**
 * First script of every HTML answer: keeps the page connected to its kernel,
 * gives it WebSockets, and reports its errors to the IDE. A classic script that
 * runs before the page's own.
 */
import { forwardErrors } from './forward-errors.ts';
import { PreviewLink } from './preview-link.ts';
import { answerReload } from './answer-reload.ts';
import { followPage } from './follow-page.ts';
import { createWebSocketShim } from './websocket-shim.ts';

function install(): void {
  const { runtime, app, port } = document.currentScript?.dataset ?? {};
  document.currentScript?.remove();
  if (runtime === undefined) return;
  let link: PreviewLink | undefined;
  // Frameworks that hydrate the whole document count its children: the iframe
  // comes when they are done, unless it is needed before.
  const getLink = (): PreviewLink =>
    (link ??= new PreviewLink(runtime, document.body ?? document.documentElement, {
      kernel(state) {
        if (state !== 'up') sockets.kernelGone();
      },
    }));
  const sockets = createWebSocketShim(window.WebSocket, { origin: location.origin, port }, (purpose) =>
    getLink().open(purpose),
  );
  if (document.readyState === 'loading')
    addEventListener(
      'DOMContentLoaded',
      () => {
        getLink();
      },
      { once: true },
    );
  else getLink();
  navigator.serviceWorker?.addEventListener('message', ({ data, source }: MessageEvent<{ type?: unknown } | null>) => {
    // The link listens from its making on; this is for a need that comes earlier.
    if (data?.type === 'slipway:need-port' && link === undefined) getLink().servePort(source as ServiceWorker | null);
  });
  window.WebSocket = sockets.WebSocket;
  answerReload();
  if (app !== undefined) followPage(app);
  forwardErrors(() => getLink().open({ kind: 'page' }));
}

install();
