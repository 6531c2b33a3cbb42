import { embedderProblem, isAllowedEmbedder, type RuntimeConfig } from '@slipway/wire';

/** What the label of a third-party embedder's own origin looks like. */
const EMBEDDER_LABEL = /^e[0-9a-f]{32}$/;

/**
 * Who may hold our port. It is full control of the container, so the address the
 * browser reports counts (`ancestorOrigins`), never what a page says of itself.
 * `frame-ancestors` says the same, from the same patterns; this is the second lock.
 */
export function checkEmbedder(config: RuntimeConfig, ancestors: ArrayLike<string>, label: string | undefined): void {
  for (let at = 0; at < ancestors.length; at++) {
    const origin = ancestors[at] ?? '';
    if (!isAllowedParent(config, origin)) throw new Error(describeRefusal(config, origin, label));
  }
}

/** Whether pages of this origin may embed the runtime host that the configuration was loaded from. */
export function isAllowedParent(config: RuntimeConfig, origin: string): boolean {
  return origin === config.app.origin || isAllowedEmbedder(config.runtime.allowedParents, origin);
}

function describeRefusal(config: RuntimeConfig, origin: string, label: string | undefined): string {
  const refused = `Cannot boot: pages of "${origin}" may not embed this runtime`;
  if (label !== undefined && !EMBEDDER_LABEL.test(label)) {
    const { bareOrigin } = config.runtime;
    const others = `Other pages boot at "${bareOrigin}", if the server's setting ALLOWED_EMBEDDERS names them`;
    return `${refused}: it belongs to a project of the IDE. ${others}`;
  }
  const problem = embedderProblem(origin);
  if (problem !== undefined) return `${refused}: the server's setting ALLOWED_EMBEDDERS cannot name them: ${problem}`;
  const where = "the server's setting ALLOWED_EMBEDDERS, where commas separate origins";
  return `${refused}: add "${origin}" to ${where}, and restart it`;
}

/**
 * An embedder's own origin, with all that it has stored, is there for that embedder
 * alone, and only by way of the bare host: framed by anybody else it boots nothing.
 */
export async function checkOwnLabel(config: RuntimeConfig, ancestors: ArrayLike<string>, label: string): Promise<void> {
  if (!EMBEDDER_LABEL.test(label)) return;
  const embedder = ancestors[1] ?? '';
  const { bareOrigin } = config.runtime;
  if (ancestors[0] === bareOrigin && ancestors.length > 1 && label === (await embedderLabel(embedder))) return;
  throw new Error(`Cannot boot: this origin belongs to the pages of one embedder, which boot at "${bareOrigin}"`);
}

/** The label of the origin that holds a third-party embedder's containers: the same embedder, the same origin. */
export async function embedderLabel(origin: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(origin)));
  return `e${Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
