/** Service worker of the app's origin: the IDE itself opens while no server answers (UX-18). */
import { serveOffline } from '@slipway/embed/offline';

/** Put in by the build (offline-shell.ts). */
declare const SLIPWAY_SHELL: { readonly version: string; readonly files: readonly string[] };

/** The addresses that open without a server; the page itself says what of the rest has to wait. */
const IDE_PAGES = /^\/(?:projects\/[^/]+\/?|usage|account|models|admin|plugins(?:\/[^/]+)?)?$/;

serveOffline(self as unknown as ServiceWorkerGlobalScope, {
  name: 'slipway-shell',
  ...SLIPWAY_SHELL,
  pages: ['/'],
  pageFor: ({ pathname }, isNavigation) => (isNavigation && IDE_PAGES.test(pathname) ? '/' : undefined),
});
