// What a plugin in JavaScript may import, for editors: the world `slipway:plugin@1.0.0`. A failure is thrown.
declare module 'slipway:plugin/db@1.0.0' {
  export interface Row {
    id: string;
    version: number;
    /** JSON. */
    data: string;
  }
  /** The new row's id. What is queued is done when the call has ended well. */
  export function insert(entity: string, json: string): string;
  /** `version` is the one that `query` gave: another one by then is a conflict, and the whole call is undone. */
  export function update(entity: string, id: string, json: string, version: number): void;
  // `delete` is a word of the language: import { delete as remove }.
  function remove(entity: string, id: string): void;
  export { remove as delete };
  /** Committed rows of this user; the filter is JSON such as {"project": {"eq": "…"}}, over indexed fields. */
  export function query(entity: string, filter: string, limit: number): Row[];
}
declare module 'slipway:plugin/events@1.0.0' {
  export function publish(type: string, json: string): void;
}
declare module 'slipway:plugin/host@1.0.0' {
  export interface Context {
    tenant: string;
    user: string;
    permissions: string[];
    callId: string;
    /** Milliseconds since the epoch. */
    now: bigint;
  }
  export function current(): Context;
  export function log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
}
