/** The preview's half of the IDE's address bar, its buttons, and its look into sources (`wire/follow.ts`). */
import { ANNOUNCE_TYPE, FOLLOW_TYPE, type FollowRequest, MAX_READ_TEXT } from '@slipway/wire/follow';
import type { FollowReport } from '@slipway/wire';

/** Chromium's own history of this frame: what lies outside it is the IDE's. */
interface FrameHistory extends EventTarget {
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
  back(): { finished: Promise<unknown> };
  forward(): { finished: Promise<unknown> };
}

/** Does nothing unless the page is framed by that very origin. */
export function followPage(app: string): void {
  if (parent === window || location.ancestorOrigins?.[0] !== app) return;
  const { navigation } = window as unknown as { navigation?: FrameHistory };
  let port: MessagePort | undefined;
  let painted = false;
  const say = (report: FollowReport): void => port?.postMessage(report);
  const tell = (): void =>
    say({
      type: 'location',
      path: location.pathname + location.search + location.hash,
      canGoBack: navigation?.canGoBack ?? false,
      canGoForward: navigation?.canGoForward ?? false,
    });
  // A page without text or pictures is seen when it is loaded.
  const onPaint = (): void => {
    painted = true;
    say({ type: 'painted' });
  };
  new PerformanceObserver((list) => {
    if (list.getEntriesByName('first-contentful-paint').length > 0) onPaint();
  }).observe({ type: 'paint', buffered: true });
  addEventListener('load', onPaint, { once: true });
  navigation?.addEventListener('currententrychange', tell);

  addEventListener('message', (event: MessageEvent<{ type?: unknown } | null>) => {
    if (event.source !== parent || event.origin !== app || event.data?.type !== FOLLOW_TYPE) return;
    // None of the program's business.
    event.stopImmediatePropagation();
    port?.close();
    port = event.ports[0];
    port?.addEventListener('message', ({ data }: MessageEvent<FollowRequest>) => {
      if (data.type === 'read') {
        readText(data.path)
          .catch(() => null)
          .then((text) => say({ type: 'text', id: data.id, text }), reportError);
      } else if (data.type === 'reload') location.reload();
      else if (data.type === 'back') navigation?.back().finished.catch(ignoreAbort);
      else navigation?.forward().finished.catch(ignoreAbort);
    });
    port?.start();
    tell();
    if (painted) say({ type: 'painted' });
  });
  parent.postMessage({ type: ANNOUNCE_TYPE }, app);
}

/** The text at a path of this origin, `null` where there is none of a fair size. */
async function readText(path: string): Promise<string | null> {
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) return null;
  const answer = await fetch(url);
  if (!answer.ok) return null;
  const text = await answer.text();
  return text.length > MAX_READ_TEXT ? null : text;
}

/** A program may call a navigation off; that is no error of its own. */
function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException)) throw error;
}
