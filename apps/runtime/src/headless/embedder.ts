import {
  embedderLabelOf,
  embedderProblem,
  isAllowedEmbedder,
  isEmbedderLabel,
  type RuntimeConfig,
  sameEmbedder,
} from '@slipway/wire';

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
  if (label !== undefined && !isEmbedderLabel(label)) {
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
  if (!isEmbedderLabel(label)) return;
  const embedder = ancestors[1] ?? '';
  const { bareOrigin } = config.runtime;
  // Which of the embedder's tabs it is for, the bare host knows, which looks after that.
  const isOwn = sameEmbedder(label, await embedderLabel(embedder));
  if (ancestors[0] === bareOrigin && ancestors.length > 1 && isOwn) return;
  throw new Error(`Cannot boot: this origin belongs to the pages of one embedder, which boot at "${bareOrigin}"`);
}

/**
 * The label of the origin that holds a container of a third-party embedder: made of the
 * embedder's own origin, and of which of its pages that live at once it is (`slot`).
 */
export async function embedderLabel(origin: string, slot = 0): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(origin)));
  return embedderLabelOf(digest, slot);
}
