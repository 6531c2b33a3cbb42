/**
 * Comlink 4.3.0 as it stands on the wire. The enums are numbers here and became
 * strings in 4.3.1, which is why a newer Comlink on either side hangs silently.
 */
import { WireError } from './wire-error.ts';

/** Comlink's `MessageType`, in the order in which its source declares them. */
export const RequestType = { get: 0, set: 1, apply: 2, construct: 3, endpoint: 4, release: 5 } as const;
/** Comlink's `WireValueType`. 1 and 2 exist there and are never sent by either side. */
export const ValueType = { raw: 0, handler: 3 } as const;

/** The part of a MessagePort that the protocol needs; also Node's. */
export interface WirePort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  close(): void;
}

/** An argument or result on its way; a `proxy` leaves the object where it is and sends a port to it. */
export type WireValue =
  | { readonly type: 0; readonly value: unknown }
  | { readonly type: 3; readonly name: 'proxy'; readonly value: WirePort }
  | { readonly type: 3; readonly name: 'throw'; readonly value: ThrownValue };

/** The client does `Object.assign(new Error(value.message), value)`: every key arrives. */
export type ThrownValue =
  | { readonly isError: true; readonly value: ThrownError }
  | { readonly isError: false; readonly value: unknown };

/** Beside message, name and stack what Node's system errors carry, so that programs can tell ENOENT by `code`. */
export interface ThrownError {
  readonly message: string;
  readonly name: string;
  readonly stack: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
  readonly path?: string;
  readonly dest?: string;
}

/** What of the protocol is answered here: GET, APPLY and RELEASE. */
export type ComlinkRequest =
  | { readonly id: string; readonly type: 0; readonly path: readonly string[] }
  | {
      readonly id: string;
      readonly type: 2;
      readonly path: readonly string[];
      readonly arguments: readonly WireValue[];
    }
  | { readonly id: string; readonly type: 5 };

/** A proxied function of the client, as the endpoint hands it to the host's objects. */
export interface RemoteCallback {
  /** Resolves with what the client's function returned; rejects with what it threw. */
  (...args: readonly unknown[]): Promise<unknown>;
  /** Tells the client that it will not be called again. Idempotent. */
  release(): void;
}

/** The deepest member the protocol has is `onExit`; the rest is margin. */
const MAX_PATH = 4;
const MAX_NAME = 64;
const MAX_ARGUMENTS = 8;
const MAX_ID = 128;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** By its methods: a port of Node's worker_threads is of another class than the browser's. */
export function isWirePort(value: unknown): value is WirePort {
  return isRecord(value) && typeof value['postMessage'] === 'function' && typeof value['close'] === 'function';
}

/** Id of a message that may be wrong otherwise, so that its sender can be told. */
export function readRequestId(data: unknown): string | undefined {
  const id = isRecord(data) ? data['id'] : undefined;
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID ? id : undefined;
}

function parsePath(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MAX_PATH)
    throw new WireError('Cannot read Comlink message: path is not a short list');
  return value.map((name: unknown) => {
    if (typeof name !== 'string' || name.length > MAX_NAME)
      throw new WireError('Cannot read Comlink message: path holds something other than a short name');
    return name;
  });
}

/** An argument or a result. An unknown handler makes the stock endpoint hang its caller; here it is an error. */
export function parseWireValue(value: unknown): WireValue {
  if (!isRecord(value)) throw new WireError('Cannot read Comlink value: not an object');
  if (value['type'] === ValueType.raw) return { type: 0, value: value['value'] };
  if (value['type'] !== ValueType.handler)
    throw new WireError(`Cannot read Comlink value: type is ${JSON.stringify(value['type'])}`);
  const content = value['value'];
  if (value['name'] === 'proxy') {
    if (!isWirePort(content)) throw new WireError('Cannot read Comlink value: a proxy without a port');
    return { type: 3, name: 'proxy', value: content };
  }
  if (value['name'] === 'throw' && isRecord(content)) {
    if (content['isError'] !== true)
      return { type: 3, name: 'throw', value: { isError: false, value: content['value'] } };
    const error = isRecord(content['value']) ? content['value'] : {};
    return {
      type: 3,
      name: 'throw',
      value: {
        isError: true,
        value: { message: String(error['message']), name: String(error['name']), stack: String(error['stack']) },
      },
    };
  }
  throw new WireError(`Cannot read Comlink value: handler "${String(value['name'])}" is unknown`);
}

/** What arrives at an exposed object. SET, CONSTRUCT and ENDPOINT are refused: the client has no use for them. */
export function parseComlinkRequest(data: unknown): ComlinkRequest {
  const id = readRequestId(data);
  if (!isRecord(data) || id === undefined) throw new WireError('Cannot read Comlink message: it has no id');
  switch (data['type']) {
    case RequestType.get:
      return { id, type: 0, path: parsePath(data['path']) };
    case RequestType.apply: {
      const list: unknown = data['argumentList'] ?? [];
      if (!Array.isArray(list) || list.length > MAX_ARGUMENTS)
        throw new WireError('Cannot read Comlink message: argumentList is not a short list');
      return { id, type: 2, path: parsePath(data['path']), arguments: list.map(parseWireValue) };
    }
    case RequestType.release:
      return { id, type: 5 };
    default:
      throw new WireError(`Cannot read Comlink message: type is ${JSON.stringify(data['type'])}`);
  }
}

/** Throws `WireError` for a reply without an id. */
export function parseComlinkReply(data: unknown): { readonly id: string; readonly value: WireValue } {
  const id = readRequestId(data);
  if (id === undefined) throw new WireError('Cannot read Comlink reply: it has no id');
  return { id, value: parseWireValue(data) };
}
