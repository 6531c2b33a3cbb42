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
/** `state` is what it was brought to, `health` how its last calls went. */
export type PluginSummary = z.infer<typeof pluginSummary>;

const pluginField = z.object({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'date', 'json']),
  required: z.boolean(),
  indexed: z.boolean(),
});
/** How a field of an entity is declared; `indexed`: the database keeps an index of it. */
export type PluginField = z.infer<typeof pluginField>;

/** What a plugin says of itself: see `plugin-host`. */
export const pluginManifest = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  events: z.array(z.string()).readonly(),
  entities: z.record(z.string(), z.object({ fields: z.record(z.string(), pluginField) })),
});
/** Untrusted: it is the component's own word, checked by `plugin-host` before anything is stored. */
export type PluginManifest = z.infer<typeof pluginManifest>;

/** Answer of GET /plugins. */
export const pluginListResponse = z.object({ plugins: z.array(pluginSummary) });
/** Every plugin of the installation, disabled ones too. */
export type PluginListResponse = z.infer<typeof pluginListResponse>;

/** Answer of POST /plugins and PUT /plugins/:id, whose body is the component. */
export const pluginInstalledResponse = z.object({ plugin: pluginSummary });
/** Success means that it was examined and stored; it may still be in `error` after its start. */
export type PluginInstalledResponse = z.infer<typeof pluginInstalledResponse>;

/** Answer of GET /plugins/:id, with the versions that it can go back to, the last one first. */
export const pluginResponse = z.object({
  plugin: pluginSummary,
  manifest: pluginManifest,
  versions: z.array(z.object({ sha256: z.string(), version: z.string(), replacedAt: z.number() })),
});
/** `versions` are of components that are kept whole, by the hash of their bytes. */
export type PluginResponse = z.infer<typeof pluginResponse>;

/** Answer of POST /plugins/examine, whose body is a component: what would come of it, and nothing was done. */
export const pluginExaminedResponse = z.object({
  manifest: pluginManifest,
  /** The version that it would replace; null when it is new here. */
  installed: z.string().nullable(),
  changes: z.array(z.string()),
  /** Why it cannot be done; null when it can. */
  refusal: z.string().nullable(),
});
/** With a `refusal`, POST or PUT of the same bytes would fail with that reason. */
export type PluginExaminedResponse = z.infer<typeof pluginExaminedResponse>;

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
      /** Of the component that was called. */
      sha256: z.string().nullable(),
      /** Whether it can be made again elsewhere. */
      recorded: z.boolean(),
      createdAt: z.number(),
    }),
  ),
});
/** The last hundred. `fuel` is about one unit for each instruction, `operations` counts calls of the host. */
export type PluginCallsResponse = z.infer<typeof pluginCallsResponse>;

/** Answer of GET /plugins/:id/calls/:call: what the call was told, as JSON, and which component it was. */
export const pluginRecordingResponse = z.object({ recording: z.string(), sha256: z.string() });
/** Enough to run the call again on another machine with the same component. */
export type PluginRecordingResponse = z.infer<typeof pluginRecordingResponse>;

const pluginRow = z.object({ id: z.string(), version: z.number(), data: z.unknown() });

/** Answer of GET /plugins/:id/entities/:entity: the caller's own rows, and where the next page begins. */
export const pluginRowsResponse = z.object({ rows: z.array(pluginRow), next: z.number().nullable() });
/** `next` null: there are no more. */
export type PluginRowsResponse = z.infer<typeof pluginRowsResponse>;

/** Body of POST /plugins/:id/entities/:entity. The manifest says what is in it. */
export const createPluginRowBody = z.object({ data: z.record(z.string(), z.unknown()) });
/** The server checks it against the entity's fields, of which this schema knows nothing. */
export type CreatePluginRowBody = z.infer<typeof createPluginRowBody>;

/** Body of PUT /plugins/:id/entities/:entity/:row: the version is the one that was shown. */
export const updatePluginRowBody = z.object({
  data: z.record(z.string(), z.unknown()),
  version: z.int().min(1).max(2_147_483_647),
});
/** Another version than the stored one is PLUGIN_ROW_CONFLICT: nothing of the other person's is lost. */
export type UpdatePluginRowBody = z.infer<typeof updatePluginRowBody>;
