/** What one call of a plugin may use when its operator says nothing else. */
export const PLUGIN_LIMITS = {
  /** Units of fuel; about one per instruction. */
  fuel: 10_000_000n,
  /** Milliseconds until a call is ended. */
  wallMs: 30_000,
  /** Pages of 64 KiB over all memories of the component. */
  memoryPages: 1024,
  tableEntries: 10_000,
  /** Words of the counted stack: what passes in every engine. */
  stackWords: 30_000,
  operations: 1000,
  /** Bytes of text over all operations of one call. */
  operationBytes: 8 * 1024 * 1024,
  /** Bytes of one answer to a query. */
  queryAnswerBytes: 1024 * 1024,
  /** Lines that one call may log; what comes after is counted only. */
  logLines: 100,
  logCharacters: 2000,
} as const;

/** What may differ from plugin to plugin; see `PLUGIN_LIMITS`. */
export interface CallLimits {
  fuel: bigint;
  memoryPages: number;
  tableEntries: number;
  stackWords: number;
}

/** What a component may be, before anything of it runs. */
export const COMPONENT_LIMITS = {
  /** Bytes of a component. */
  bytes: 16 * 1024 * 1024,
  /** Components within each other, the outermost counted. */
  depth: 8,
  /** Definitions over all components: modules, instances, aliases, functions. */
  definitions: 20_000,
  modules: 32,
  functions: 50_000,
  /** Types, imports, exports, globals or segments of one module. */
  items: 50_000,
  /** Locals of one function, its parameters among them. */
  locals: 4000,
  nesting: 1000,
  tables: 8,
} as const;

/** Bytes of one text that crosses between a plugin and its host. */
export const TEXT_BYTES = 1024 * 1024;
