/** What one call of a plugin may use when its operator says nothing else. */
export const PLUGIN_LIMITS = {
  /** Units of fuel; about one per instruction. */
  fuel: 10_000_000n,
  /** Milliseconds until a call is ended. */
  wallMs: 30_000,
  /** Pages of 64 KiB over all memories of the component. */
  memoryPages: 1024,
  /** Entries of a table. */
  tableEntries: 10_000,
  /** Words of the counted stack: what passes in every engine. */
  stackWords: 30_000,
  /** Operations that one call may queue. */
  operations: 1000,
  /** Bytes of one answer to a query. */
  queryAnswerBytes: 1024 * 1024,
  /** Bytes of a component. */
  componentBytes: 16 * 1024 * 1024,
} as const;
