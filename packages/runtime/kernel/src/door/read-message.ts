/**
 * The one door for what processes post. User code can reach `postMessage`, so a
 * message is whatever somebody made of it: here it becomes a `ProcessMessage`
 * or is refused, and nobody behind looks at its fields a second time.
 */
import type { ExitStatus, MessageOf, ProcessMessage, ThreadStart } from '../contract/messages.ts';
import { ENGINE_DIGESTS, ENGINE_HEADER_BYTES } from '../memory/engine-work.ts';
import { signalNumbers } from '@slipway/posix';
import {
  argumentsOf,
  environmentOf,
  execRequestOf,
  idOf,
  parcelOf,
  ringsOf,
  sideOf,
  spawnRequestOf,
} from './descriptor-fields.ts';
import { type Fields, flag, integer, list, Malformed, oneOf, plain, record, sharedMemory, text } from './fields.ts';
import { LIMITS } from './limits.ts';

type MessageType = ProcessMessage['type'];

/** Ids of the future are refused: nobody can have been told one. */
export interface DoorState {
  /** Ids from this one on have been given to nobody. */
  readonly firstUnissuedId: number;
  readonly ports: number;
}

type Readers = { readonly [K in MessageType]: (fields: Fields, state: DoorState) => Omit<MessageOf<K>, 'type'> };

/** An id for something new. Whoever could name one that is still to be given out would take it from its owner. */
const newId = (value: unknown, name: string, { firstUnissuedId }: DoorState): number =>
  integer(value, name, 1, firstUnissuedId - 1);

const pid = (value: unknown): number => integer(value, 'pid', -LIMITS.number, LIMITS.number);
const port = (value: unknown): number => integer(value, 'port', 0, LIMITS.port);
const host = (value: unknown): string => text(value, 'host', LIMITS.host);
const nothing = (): Record<never, never> => ({});

/** One reader for every type: a message that is new in the contract does not compile without. */
const READERS: Readers = {
  ready: nothing,
  channel: (fields, state) => ({
    id: newId(fields['id'], 'id', state),
    rings: ringsOf(fields['rings']),
    sides: list(fields['sides'], 'sides', 2, sideOf),
  }),
  'channel-close': (fields) => ({ id: idOf(fields['id'], 'id'), side: sideOf(fields['side']) }),
  spawn: (fields) => ({ request: spawnRequestOf(fields['request']) }),
  exec: (fields) => ({ request: execRequestOf(fields['request']) }),
  wait: (fields) => ({ pid: pid(fields['pid']), hang: flag(fields['hang'], 'hang') }),
  kill: (fields) => ({ pid: pid(fields['pid']), signal: text(fields['signal'], 'signal', LIMITS.signalName) }),
  'signal-watch': (fields) => ({
    signal: text(fields['signal'], 'signal', LIMITS.signalName),
    on: flag(fields['on'], 'on'),
  }),
  listen: (fields, state) => ({
    listener: newId(fields['listener'], 'listener', state),
    host: host(fields['host']),
    port: port(fields['port']),
    bindOnly: flag(fields['bindOnly'], 'bindOnly'),
    options: bindOptionsOf(fields['options']),
  }),
  unlisten: (fields) => ({ listener: idOf(fields['listener'], 'listener') }),
  pass: (fields) => ({
    channel: idOf(fields['channel'], 'channel'),
    side: sideOf(fields['side']),
    parcel: parcelOf(fields['parcel']),
  }),
  'take-passed': (fields) => ({ channel: idOf(fields['channel'], 'channel'), side: sideOf(fields['side']) }),
  connect: (fields, state) => ({
    connection: idOf(fields['connection'], 'connection'),
    host: host(fields['host']),
    port: port(fields['port']),
    channel: newId(fields['channel'], 'channel', state),
    rings: ringsOf(fields['rings']),
    secure: flag(fields['secure'], 'secure'),
    ...(fields['from'] === undefined ? {} : { from: placeOf(fields['from']) }),
  }),
  'udp-bind': (fields, state) => {
    const options = record(fields['options'], 'options');
    return {
      socket: newId(fields['socket'], 'socket', state),
      host: host(fields['host']),
      port: port(fields['port']),
      options: { ipv6Only: flag(options['ipv6Only'], 'ipv6Only'), reuse: flag(options['reuse'], 'reuse') },
    };
  },
  'udp-send': (fields) => ({
    socket: idOf(fields['socket'], 'socket'),
    host: host(fields['host']),
    port: port(fields['port']),
    bytes: datagramOf(fields['bytes']),
  }),
  'udp-group': (fields) => ({
    socket: idOf(fields['socket'], 'socket'),
    group: text(fields['group'], 'group', LIMITS.host),
    source: fields['source'] === null ? null : text(fields['source'], 'source', LIMITS.host),
    on: flag(fields['on'], 'on'),
  }),
  'udp-close': (fields) => ({ socket: idOf(fields['socket'], 'socket') }),
  thread: (fields, state) => ({ thread: threadOf(fields['thread'], state) }),
  'thread-terminate': (fields) => ({ threadId: idOf(fields['threadId'], 'threadId') }),
  tty: (fields) => ({ channel: idOf(fields['channel'], 'channel'), raw: flag(fields['raw'], 'raw') }),
  foreground: (fields) => ({ channel: idOf(fields['channel'], 'channel'), pgid: idOf(fields['pgid'], 'pgid') }),
  processes: (fields) => ({ after: idOf(fields['after'], 'after') }),
  'host-event': (fields) => ({
    name: oneOf(fields['name'], 'name', ['xdg-open', 'code']),
    args: plainList(fields['args']),
  }),
  module: (fields) => {
    // The room has no types of WebAssembly; the class says its name through copies, too.
    if (Object.prototype.toString.call(fields['module']) !== '[object WebAssembly.Module]')
      throw new Malformed('"module" is no WebAssembly module');
    return { byteLength: integer(fields['byteLength'], 'byteLength', 0, LIMITS.module), module: fields['module'] };
  },
  'engine-work': (fields) => {
    const work = record(fields['work'], 'work');
    const input = work['input'];
    if (!(input instanceof ArrayBuffer)) throw new Malformed('"input" holds no bytes');
    return {
      work: {
        kind: oneOf(work['kind'], 'kind', ENGINE_DIGESTS),
        input,
        page: sharedMemory(work['page'], 'page', ENGINE_HEADER_BYTES),
      },
    };
  },
  exit: (fields) => ({ status: statusOf(fields['status']) }),
};

/** The message, or why it is none. Never throws. */
export function readMessage(posted: unknown, state: DoorState): ProcessMessage | Refusal {
  const type = typeof posted === 'object' && posted !== null ? (posted as Fields)['type'] : undefined;
  // `hasOwn`: "constructor" is no message.
  if (typeof type !== 'string' || !Object.hasOwn(READERS, type))
    return { type: 'refused', of: null, problem: 'unknown' };
  const known = type as MessageType;
  try {
    const read = READERS[known](posted as Fields, state);
    // The reader of a type gives the fields of that type; the compiler does not follow the pair through the table.
    return { type: known, ...read } as ProcessMessage;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { type: 'refused', of: known, problem: error.message, tooLong: error.tooLong };
  }
}

/** A message that was not let in: of no known type, or malformed. */
export type Refusal =
  | { readonly type: 'refused'; readonly of: null; readonly problem: string }
  | { readonly type: 'refused'; readonly of: MessageType; readonly problem: string; readonly tooLong: boolean };

function bindOptionsOf(value: unknown): MessageOf<'listen'>['options'] & object {
  if (value === undefined) return {};
  const { ipv6Only, reusePort } = record(value, 'options') as { ipv6Only?: unknown; reusePort?: unknown };
  return {
    ipv6Only: ipv6Only === undefined ? undefined : flag(ipv6Only, 'ipv6Only'),
    reusePort: reusePort === undefined ? undefined : flag(reusePort, 'reusePort'),
  };
}

function placeOf(value: unknown): { readonly host: string; readonly port: number } {
  const fields = record(value, 'from');
  return { host: host(fields['host']), port: port(fields['port']) };
}

/** A copy of its own: the memory a sender names may be large, or shared with it. */
function datagramOf(value: unknown): Uint8Array<ArrayBuffer> {
  if (!(value instanceof Uint8Array)) throw new Malformed('"bytes" holds no bytes');
  if (value.length > LIMITS.datagram) throw new Malformed(`"bytes" is longer than ${LIMITS.datagram}`, true);
  return Uint8Array.from(value);
}

function plainList(value: unknown): readonly unknown[] {
  const copy = plain(value, 'args', LIMITS.hostEvent);
  if (!Array.isArray(copy)) throw new Malformed('"args" is no list');
  return copy as readonly unknown[];
}

function threadOf(value: unknown, { ports }: DoorState): ThreadStart {
  const fields = record(value, 'thread');
  // The port lib/internal/worker talks on, and no other: they are all handed on.
  if (ports !== 1) throw new Malformed('"port" is not the one port that came along');
  const { sharedCwd, sharedEnv } = fields as { sharedCwd?: unknown; sharedEnv?: unknown };
  return {
    threadId: integer(fields['threadId'], 'threadId', 1, LIMITS.number),
    name: text(fields['name'], 'name', LIMITS.threadName),
    url: fields['url'] === null ? null : text(fields['url'], 'url', LIMITS.threadUrl),
    execArgv: argumentsOf(fields['execArgv'], 'execArgv'),
    env: fields['env'] === null ? null : environmentOf(fields['env'], LIMITS.threadEnvironment),
    resourceLimits: list(fields['resourceLimits'], 'resourceLimits', LIMITS.resourceLimits, (entry) => {
      if (typeof entry !== 'number') throw new Malformed('"resourceLimits" has an entry that is no number');
      return entry;
    }),
    counter: sharedMemory(fields['counter'], 'counter', Int32Array.BYTES_PER_ELEMENT),
    cwd: text(fields['cwd'], 'cwd', LIMITS.path),
    ...(sharedCwd === undefined
      ? {}
      : { sharedCwd: sharedMemory(sharedCwd, 'sharedCwd', Int32Array.BYTES_PER_ELEMENT) }),
    ...(sharedEnv === undefined
      ? {}
      : { sharedEnv: sharedMemory(sharedEnv, 'sharedEnv', Int32Array.BYTES_PER_ELEMENT) }),
    // Put in by whoever hands the ports on.
    port: null,
  };
}

function statusOf(value: unknown): ExitStatus {
  const { code, signal } = record(value, 'status') as { code?: unknown; signal?: unknown };
  // Any number: exit(3) keeps the lowest byte, see `waitStatus`.
  if (signal === null) {
    if (typeof code !== 'number') throw new Malformed('"code" is no number');
    return { code, signal };
  }
  if (code !== null || typeof signal !== 'string' || !Object.hasOwn(signalNumbers, signal))
    throw new Malformed('"signal" is no signal');
  return { code, signal };
}
