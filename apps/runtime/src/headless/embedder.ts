import type { RuntimeConfig } from '@slipway/contracts';

/**
 * Who may hold our port. It is full control of the container, so the address the
 * browser reports counts (`ancestorOrigins`), never what a page says of itself.
 * `frame-ancestors` says the same; this is the second lock.
 */
export function checkEmbedder(config: RuntimeConfig, ancestors: ArrayLike<string>): void {
  for (let at = 0; at < ancestors.length; at++) {
    const origin = ancestors[at] ?? '';
    if (!isAllowedParent(config, origin)) throw new Error(`Cannot boot: pages of "${origin}" may not embed this runtime`);
  }
}

export function isAllowedParent(config: RuntimeConfig, origin: string): boolean {
  return origin === config.app.origin || config.runtime.allowedParents.includes(origin);
}

/** The label of the origin that holds a third-party embedder's containers: the same embedder, the same origin. */
export async function embedderLabel(origin: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(origin)));
  return `e${Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
