import * as z from 'zod';

/**
 * POST to a runtime host, from its own page: a pass for its registry mirror. A host
 * that serves its mirror to whoever asks has no such address, and refuses nobody.
 */
export const MIRROR_PASS_PATH = '/__slip/mirror-pass';

/** With which every request for the mirror says that it may. */
export const MIRROR_PASS_HEADER = 'X-Slipway-Capability';

/** On an answer of the mirror that only wants another pass; npm's own refusals do not have it. */
export const MIRROR_REFUSAL_HEADER = 'X-Slipway-Pass';

/** By what a page says that it may: what it was booted with, and who embeds it. */
export const mirrorPassBody = z.strictObject({
  shown: z.string().max(4096).nullable(),
  embedder: z.string().max(300).nullable(),
});

/** A pass, for that host alone. */
export const mirrorPassResponse = z.strictObject({ pass: z.string().max(4096) });
