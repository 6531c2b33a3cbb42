import type { WitFunction, WitType } from './canonical-abi.ts';

/** Package and version of the one world that plugins are written for; `samples/slipway.wit` is its text. */
export const WORLD_VERSION = '1.0.0';

const DONE: WitType = { result: [undefined, 'string'] };
/** In the order of their weight. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const ROW: WitType = {
  record: [
    ['id', 'string'],
    ['version', 'u32'],
    ['data', 'string'],
  ],
};
const CONTEXT: WitType = {
  record: [
    ['tenant', 'string'],
    ['user', 'string'],
    ['permissions', { list: 'string' }],
    ['call-id', 'string'],
    ['now', 'u64'],
  ],
};

/** What a plugin may import. All else that a component imports is a trap "Not offered". */
export const WORLD_IMPORTS = {
  [`slipway:plugin/db@${WORLD_VERSION}`]: {
    insert: { params: ['string', 'string'], result: { result: ['string', 'string'] } },
    update: { params: ['string', 'string', 'string', 'u32'], result: DONE },
    delete: { params: ['string', 'string'], result: DONE },
    query: { params: ['string', 'string', 'u32'], result: { result: [{ list: ROW }, 'string'] } },
  },
  [`slipway:plugin/events@${WORLD_VERSION}`]: {
    publish: { params: ['string', 'string'], result: DONE },
  },
  [`slipway:plugin/host@${WORLD_VERSION}`]: {
    current: { params: [], result: CONTEXT },
    log: { params: [{ enum: LOG_LEVELS }, 'string'], result: undefined },
  },
} as const satisfies Record<string, Record<string, WitFunction>>;

/** With the world's version: a plugin made for another one has no such export. */
export const GUEST_INTERFACE = `slipway:plugin/guest@${WORLD_VERSION}`;

/** All are required: a component that lacks one is refused. */
export const WORLD_EXPORTS = {
  init: { params: [], result: DONE },
  'handle-event': { params: ['string', 'string'], result: DONE },
  'on-tenant-created': { params: ['string'], result: DONE },
} as const satisfies Record<string, WitFunction>;

/** What a recording may name, too (`PLUGIN_METHODS`). */
export type GuestMethod = keyof typeof WORLD_EXPORTS;
/** As a list, by which the method of a recording is checked. */
export const PLUGIN_METHODS = Object.keys(WORLD_EXPORTS) as GuestMethod[];

/** Anything else that a plugin imports fails when it is called. */
export type HostFunction = 'insert' | 'update' | 'delete' | 'query' | 'publish' | 'current' | 'log';
