import type {
  CallContext,
  CallLimits,
  CallResult,
  CompiledComponent,
  EntityQuery,
  EntityRow,
  GuestMethod,
  Manifest,
  Plan,
} from '@slipway/plugin-host';

/** One at a time; the next is sent when the last was answered by anything but `query`. */
export type ThreadRequest =
  | { kind: 'prepare'; bytes: Uint8Array }
  | {
      kind: 'call';
      /** By which a thread knows the component again; it comes along when it is new to the thread. */
      key: string;
      component: CompiledComponent | undefined;
      manifest: Manifest;
      method: GuestMethod;
      args: readonly string[];
      context: CallContext;
      limits: Partial<CallLimits>;
      /** Where answers to queries are written: state and length, then JSON. */
      cell: SharedArrayBuffer;
    };

/** Metered already: `cores` are the modules as they run. */
export interface PreparedPlugin {
  plan: Plan;
  cores: readonly Uint8Array[];
  manifest: Manifest;
}

/** `query` is a question in the middle of a call: its answer goes into the call's cell, for which the thread waits. */
export type ThreadAnswer =
  /** Comes first and unasked: until then the time limit of a call would be spent on starting. */
  | { kind: 'ready' }
  | { kind: 'prepared'; plugin: PreparedPlugin }
  | { kind: 'called'; result: CallResult }
  /** Not usable, or a bug: the text says which. */
  | { kind: 'refused'; message: string }
  /** The thread does not know the `key` (any more): the same call is sent again with its component. */
  | { kind: 'unknown' }
  | { kind: 'query'; query: EntityQuery };

/** As JSON behind the cell's head; `failed` says why there are no rows. */
export type CellAnswer = { rows: readonly EntityRow[] } | { failed: string };

/** Bytes of a cell's head: two words. */
export const CELL_HEAD = 8;
/** The answer may be a mebibyte of data; JSON around it takes more. */
export const CELL_BYTES = CELL_HEAD + 8 * 1024 * 1024;
