/** Headers of an answer as the page may have them. */

/** Every response must say this, or an isolated page refuses it. */
export function isolationHeaders(coep: string): Record<string, string> {
  return {
    ...(coep === 'none' ? {} : { 'Cross-Origin-Embedder-Policy': coep }),
    'Cross-Origin-Resource-Policy': 'cross-origin',
  };
}

/**
 * Taken out: what would keep the preview out of the IDE's frame, and what only
 * the browser itself may read (cookies are kept by `CookieBox`).
 */
const dropped = new Set([
  'set-cookie',
  'set-cookie2',
  'x-frame-options',
  'cross-origin-embedder-policy',
  'cross-origin-embedder-policy-report-only',
  'cross-origin-resource-policy',
  'strict-transport-security',
  'clear-site-data',
  'service-worker-allowed',
]);

/** A policy of the program's stays but for `frame-ancestors`: the preview must be framed by the IDE. */
export function pageHeaders(list: readonly (readonly [string, string])[], coep: string): Headers {
  const headers = new Headers();
  for (const [name, value] of list) {
    const lower = name.toLowerCase();
    if (dropped.has(lower)) continue;
    try {
      headers.append(name, lower.startsWith('content-security-policy') ? withoutFrameAncestors(value) : value);
    } catch {
      // A value no browser would take either.
      headers.delete(name);
    }
  }
  for (const [name, value] of Object.entries(isolationHeaders(coep))) headers.set(name, value);
  return headers;
}

function withoutFrameAncestors(policy: string): string {
  return policy
    .split(';')
    .filter((directive) => !/^\s*frame-ancestors\b/i.test(directive))
    .join(';');
}
