import { isolationHeaders } from './response-headers.ts';

const titles: Readonly<Record<string, string>> = {
  refused: 'Nothing listens on this port yet',
  stopped: 'The container is not running',
  gone: 'The IDE tab is not open',
  broken: 'The program gave no usable answer',
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 32rem; padding: 0 1rem; color: #334 }
h1 { font-size: 1.25rem }
@media (prefers-color-scheme: dark) { body { background: #16181d; color: #ccd } }
`;
/**
 * Asks for the same address until somebody else than us answers; one question at a time, and then one navigation. A
 * program that takes longer than a second would else be asked again and again, each navigation ended by the next one.
 */
const RETRY = `<script>
(async () => {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => undefined);
    if (answer !== undefined && !answer.headers.has('x-slipway')) return location.reload();
  }
})();
</script>`;

/**
 * 502 and 503 of ours: for people who navigate a page that goes on by itself, for programs a line of text.
 * `tags` keep the page connected meanwhile.
 */
export function failurePage(
  navigation: boolean,
  reason: string,
  message: string,
  url: URL,
  coep: string,
  tags = '',
): Response {
  const status = reason === 'broken' ? 502 : 503;
  const headers = {
    ...isolationHeaders(coep),
    'Cache-Control': 'no-store',
    'X-Slipway': reason,
    ...(status === 503 ? { 'Retry-After': '1' } : {}),
  };
  if (!navigation)
    return new Response(`Slipway: ${message}\n`, {
      status,
      headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' },
    });
  const again = reason !== 'broken';
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8">${tags}<meta name="viewport" content="width=device-width">
<title>${escapeHtml(url.host)}</title>
<style>${STYLE}</style></head>
<body><h1>${titles[reason] ?? 'This preview cannot be shown'}</h1>
<p>${escapeHtml(message)}.${again ? ' This page continues by itself.' : ''}</p>${again ? RETRY : ''}</body></html>`;
  return new Response(html, { status, headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8' } });
}
