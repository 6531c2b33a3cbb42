import { runtimeConfig } from '@slipway/wire';
import * as z from 'zod';

/**
 * The document at `/__slip/config.json` as this server writes it, and at GET
 * /api/v1/config: what the runtime must know, and what the IDE must know besides.
 */
export const productConfig = z.strictObject({
  ...runtimeConfig.shape,
  sites: z.strictObject({
    /** `http://{label}.…`, another site on purpose. */
    originPattern: z.string(),
  }),
  limits: z.strictObject({
    blobBytes: z.int().positive(),
    treeEntries: z.int().positive(),
  }),
  auth: z.strictObject({
    /** Whether POST /api/v1/auth/local may sign this browser in without a password (AU-10). */
    localOwner: z.boolean(),
  }),
  editor: z.strictObject({
    /** Whether the IDE fetches language servers from the registry and runs them in containers (UX-09). */
    languageServers: z.boolean(),
    /** Whether browsers keep the IDE and the runtime, so that known projects open while no server answers (UX-18). */
    offline: z.boolean(),
  }),
});
/** Public: it is served to anybody, so no secret may ever go into it. */
export type ProductConfig = z.infer<typeof productConfig>;
