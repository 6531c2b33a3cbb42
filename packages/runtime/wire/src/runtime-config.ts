import * as z from 'zod';
import { hostLabel } from './host-label.ts';

/**
 * What a page of the runtime must know of its hosts: a document at
 * `/__slip/config.json` on every one of them. Who serves it may put more into it
 * for pages of their own; the runtime passes that over. Host patterns hold
 * placeholders in braces; `runtimeOrigin` and `previewOrigin` fill them.
 */
export const runtimeConfig = z.object({
  version: z.literal(1),
  app: z.strictObject({ origin: z.string() }),
  runtime: z.strictObject({
    /** `http://{container}.rt.…`: one origin for each project. */
    originPattern: z.string(),
    /** `http://rt.…`, for third-party embedders. */
    bareOrigin: z.string(),
    /** Who may frame `/headless`: the server's own origins, and patterns of ALLOWED_EMBEDDERS (embedder-pattern.ts). */
    allowedParents: z.array(z.string()),
  }),
  preview: z.strictObject({
    /** `http://{port}--{id}.…` */
    originPattern: z.string(),
  }),
  registry: z.strictObject({
    /** Public registry origins: the kernel's outbound layer sends requests for them to the mirror instead. */
    origins: z.array(z.string()),
    /** Path of the mirror on the runtime origin; the rest of the registry URL's path is appended. */
    mirrorPath: z.string(),
  }),
  /** Whether RELAY_TICKET_PATH gives a project's container tickets for connections to the outside (relay.ts). */
  relay: z
    .strictObject({
      /** Port 27017 of a container leads to the operator's MongoDB, where no program listens on it (RN-14). */
      mongo: z.boolean(),
    })
    .nullable()
    .optional(),
});
/** Public: it holds nothing that a stranger may not know. */
export type RuntimeConfig = z.infer<typeof runtimeConfig>;

/** Path of the document on every host. */
export const RUNTIME_CONFIG_PATH = '/__slip/config.json';

function fillPattern(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`Cannot fill host pattern ${JSON.stringify(pattern)}: no value for "${name}"`);
    return value;
  });
}

/** Origin that the IDE sets `WEBCONTAINER_API_IFRAME_URL` to. */
export function runtimeOrigin(config: RuntimeConfig, containerId: string): string {
  return fillPattern(config.runtime.originPattern, { container: hostLabel.parse(containerId) });
}

/** Throws for a port that none can be, and for an id that is no host label: both come from the user's side. */
export function previewOrigin(config: RuntimeConfig, port: number, containerId: string): string {
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`Cannot name a preview host: port is ${port}`);
  return fillPattern(config.preview.originPattern, { port: String(port), id: hostLabel.parse(containerId) });
}
