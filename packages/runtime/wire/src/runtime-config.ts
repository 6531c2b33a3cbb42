import * as z from 'zod';
import { hostLabel } from './ids.ts';

/**
 * What a browser must know of this server's hosts: the same document on every
 * host of ours at `/__slip/config.json` (and on the app at GET /api/v1/config).
 * Host patterns hold placeholders in braces; `hostFrom` fills them.
 */
export const runtimeConfig = z.strictObject({
  version: z.literal(1),
  app: z.strictObject({ origin: z.string() }),
  runtime: z.strictObject({
    /** `http://{container}.rt.…`: one origin for each project. */
    originPattern: z.string(),
    /** `http://rt.…`, for third-party embedders. */
    bareOrigin: z.string(),
    /** Origins that may frame `/headless`; more come from configuration. */
    allowedParents: z.array(z.string()),
  }),
  preview: z.strictObject({
    /** `http://{port}--{id}.…` */
    originPattern: z.string(),
  }),
  sites: z.strictObject({
    /** `http://{label}.…`, another site on purpose. */
    originPattern: z.string(),
  }),
  registry: z.strictObject({
    /** Public registry origins: the kernel's outbound layer sends requests for them to the mirror instead. */
    origins: z.array(z.string()),
    /** Path of the mirror on the runtime origin; the rest of the registry URL's path is appended. */
    mirrorPath: z.string(),
  }),
  limits: z.strictObject({
    blobBytes: z.int().positive(),
    treeEntries: z.int().positive(),
  }),
  auth: z.strictObject({
    /** Whether POST /api/v1/auth/local may sign this browser in without a password (AU-10). */
    localOwner: z.boolean(),
  }),
});
export type RuntimeConfig = z.infer<typeof runtimeConfig>;

/** Path of the document on every host. */
export const runtimeConfigPath = '/__slip/config.json';

function fillPattern(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Cannot fill host pattern ${JSON.stringify(pattern)}: no value for "${name}"`);
    return value;
  });
}

/** Origin that the IDE sets `WEBCONTAINER_API_IFRAME_URL` to. */
export function runtimeOrigin(config: RuntimeConfig, containerId: string): string {
  return fillPattern(config.runtime.originPattern, { container: hostLabel.parse(containerId) });
}

export function previewOrigin(config: RuntimeConfig, port: number, containerId: string): string {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`Cannot name a preview host: port is ${port}`);
  return fillPattern(config.preview.originPattern, { port: String(port), id: hostLabel.parse(containerId) });
}
