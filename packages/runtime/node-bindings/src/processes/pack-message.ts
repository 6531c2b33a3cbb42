import { type Envelope, ValuePacker } from '../handles/message-value.ts';
import { cloneError, nodeTypeError } from './message-errors.ts';
import type { PortHandle } from './port-handle.ts';
import type { PortTable } from './port-table.ts';

/** A message ready to be sent: `transfer` is for the browser, `given` are the ports that leave with it. */
export interface PackedMessage {
  readonly envelope: Envelope;
  readonly transfer: unknown[];
  readonly given: PortHandle[];
}

/**
 * Packs a value and collects what is transferred with it; `self` is the port that sends, which cannot travel by
 * itself. Nothing has left this realm when it returns or throws DataCloneError. Reference: Message::Serialize in
 * node_messaging.cc.
 */
export function packMessage(
  table: PortTable,
  value: unknown,
  transferOption: unknown,
  self: object | null,
): PackedMessage {
  const { realm } = table;
  const transferList = transferListOf(transferOption);
  const native: unknown[] = [];
  const given: PortHandle[] = [];
  // These checks come first, in C++'s order: which error a program sees depends on it.
  for (const object of transferList) if (object === self) throw cloneError(realm, 'Transfer list contains source port');
  transferList.forEach((object, index) => {
    if (transferList.indexOf(object) !== index)
      throw cloneError(
        realm,
        `Transfer list contains duplicate ${table.isPort(object) ? 'MessagePort' : 'ArrayBuffer'}`,
      );
    if (table.handleOf(object)?.open === false)
      throw cloneError(realm, 'MessagePort in transfer list is already detached');
  });
  for (const object of transferList) {
    // Buffer's pool and what markAsUntransferable was called for.
    const slot = realm.privateSymbols['untransferable_object_private_symbol'];
    if (slot?.get(object) === true) throw cloneError(realm, 'An ArrayBuffer is detached and could not be cloned.');
  }
  const envelope = ValuePacker.pack(realm, value, {
    transfer: new Set(transferList),
    isPort: (object) => table.isPort(object),
    takePort(object) {
      const handle = table.mustGetHandle(object);
      if (!handle.open) throw cloneError(realm, 'MessagePort in transfer list is already detached');
      given.push(handle);
      const port = native.push(handle.native) - 1;
      return { port, extra: handle.luggage((nested) => native.push(nested) - 1) };
    },
  });
  for (const object of transferList) {
    const handle = table.handleOf(object);
    if (handle === undefined) {
      if (isNativeTransferable(object)) native.push(object);
    } else if (!given.includes(handle)) {
      // Listed but not in the value: it travels all the same, and is lost.
      given.push(handle);
      native.push(handle.native);
    }
  }
  return { envelope, transfer: native, given };
}

/** `[object]`, `{ transfer: [object] }` or nothing. Reference: ReadIterable and PostMessage in node_messaging.cc. */
function transferListOf(option: unknown): readonly object[] {
  if (option === undefined || option === null) return [];
  if (typeof option !== 'object')
    throw nodeTypeError('ERR_INVALID_ARG_TYPE', 'Optional transferList argument must be an iterable');
  const direct = readIterable(option);
  if (direct !== undefined) return direct;
  const { transfer } = option as { transfer?: unknown };
  if (transfer === undefined) return [];
  const list = readIterable(transfer);
  if (list === undefined)
    throw nodeTypeError('ERR_INVALID_ARG_TYPE', 'Optional options.transfer argument must be an iterable');
  return list;
}

/** `undefined` where `source` is not iterable. */
function readIterable(source: unknown): readonly object[] | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  // By the protocol and not by `for…of`: C++ reads `Symbol.iterator` and `next` and never calls `return`.
  const iterate: unknown = Reflect.get(source, Symbol.iterator);
  if (typeof iterate !== 'function') return undefined;
  const iterator: unknown = Reflect.apply(iterate, source, []);
  const next: unknown = typeof iterator === 'object' && iterator !== null ? Reflect.get(iterator, 'next') : undefined;
  if (typeof next !== 'function') return undefined;
  const members: object[] = [];
  for (;;) {
    const step = Reflect.apply(next, iterator, []) as { readonly done?: boolean; readonly value?: object };
    if (step.done === true) return members;
    members.push(step.value as object);
  }
}

/** Lib's own transferables travel inside the value; the browser knows only these. */
function isNativeTransferable(object: object): boolean {
  return object instanceof ArrayBuffer;
}
