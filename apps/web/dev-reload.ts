import type { Plugin } from 'vite';

/** How often the page looks whether it is still the newest. */
const EVERY_MS = 700;

/** Runs in the page: the server's ETag of the page changes with every build of the IDE and of the runtime. */
const SCRIPT = `
const newest = async () => {
  const response = await fetch('/index.html', { method: 'HEAD', cache: 'no-store' });
  return response.ok ? response.headers.get('etag') : undefined;
};
let shown;
setInterval(() => {
  newest().then(
    (tag) => {
      if (shown !== undefined && tag !== undefined && tag !== shown) location.reload();
      shown ??= tag;
    },
    // The server restarts: it is asked again.
    () => undefined,
  );
}, ${EVERY_MS});
`;

/**
 * In `npm run dev` alone: the page reloads when it was built anew. A file of its
 * own, because the page's CSP takes no inline scripts.
 */
export function devReload(): Plugin {
  return {
    name: 'slipway-dev-reload',
    apply: (_config, { mode }) => mode === 'development',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'dev-reload.js', source: SCRIPT });
    },
    transformIndexHtml: () => [{ tag: 'script', attrs: { type: 'module', src: '/dev-reload.js' }, injectTo: 'body' }],
  };
}
