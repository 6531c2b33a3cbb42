import * as z from 'zod';

/** A plugin in the list, with how it is: `message` says what is wrong, or the state of one that does not run. */
export const pluginSummary = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  state: z.enum(['loaded', 'initialized', 'running', 'error', 'disabled']),
  health: z.enum(['healthy', 'error', 'unhealthy']),
  message: z.string().nullable(),
});

/** Answer of GET /plugins. */
export const pluginListResponse = z.object({ plugins: z.array(pluginSummary) });
export type PluginListResponse = z.infer<typeof pluginListResponse>;

/** Answer of POST /plugins, whose body is the component, and of GET /plugins/:id. */
export const pluginInstalledResponse = z.object({ plugin: pluginSummary });
export type PluginInstalledResponse = z.infer<typeof pluginInstalledResponse>;

/** Answer of GET /plugins/:id/calls: the newest first. */
export const pluginCallsResponse = z.object({
  calls: z.array(
    z.object({
      id: z.number(),
      pluginId: z.string(),
      ownerId: z.string().nullable(),
      method: z.string(),
      eventType: z.string().nullable(),
      /** `ok`, or how it failed. */
      outcome: z.string(),
      message: z.string().nullable(),
      fuel: z.number(),
      durationMs: z.number(),
      operations: z.number(),
      log: z.array(z.object({ level: z.string(), message: z.string() })).readonly(),
      createdAt: z.number(),
    }),
  ),
});
export type PluginCallsResponse = z.infer<typeof pluginCallsResponse>;

/** Answer of GET /plugins/:id/entities/:entity: the caller's own rows. */
export const pluginRowsResponse = z.object({
  rows: z.array(z.object({ id: z.string(), version: z.number(), data: z.unknown() })),
});
export type PluginRowsResponse = z.infer<typeof pluginRowsResponse>;
