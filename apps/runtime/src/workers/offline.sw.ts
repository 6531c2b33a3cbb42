/** Service worker of a project's runtime origin: its container boots while no server answers (UX-18). */
import { serveOffline } from '@slipway/embed/offline';

/** Put in by the build: what a boot loads. */
declare const SLIPWAY_OFFLINE: { readonly version: string; readonly files: readonly string[] };

/** As the IDE asks for it. With another policy the answer's headers are others. */
const HEADLESS = '/headless?coep=require-corp';
const PAGES = ['/connect', '/storage', '/__slip/config.json'];

serveOffline(self as unknown as ServiceWorkerGlobalScope, {
  name: 'slipway-runtime',
  ...SLIPWAY_OFFLINE,
  pages: [HEADLESS, ...PAGES],
  pageFor({ pathname, searchParams }) {
    if (pathname === '/headless') return searchParams.get('coep') === 'require-corp' ? HEADLESS : undefined;
    return PAGES.includes(pathname) ? pathname : undefined;
  },
});
