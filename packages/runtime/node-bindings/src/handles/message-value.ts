import { AsyncWrap } from './async-wrap.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { entriesOf, isMap, isSet, membersOf } from '@slipway/node-values';

/**
 * What the browser's structured clone cannot carry by itself: our ports, and
 * the JavaScript objects of lib that say how they are cloned or transferred
 * (`[messaging_clone_symbol]`, …). They travel as markers in the value plus an
 * entry in a list. Reference: Message::Serialize in Node src/node_messaging.cc.
 */
export interface Envelope {
  readonly value: unknown;
  readonly specials: readonly Special[];
}

/** What structured clone cannot carry and how it travels instead. */
export type Special =
  /** Index into the native ports that came along. */
  | { readonly kind: 'port'; readonly port: number; readonly extra: unknown }
  /** An object of lib, and what its `[messaging_clone_symbol]()` gave. */
  | { readonly kind: 'object'; readonly deserializeInfo: string; readonly data: unknown }
  /** A handle of a binding that knows how to be made again. */
  | { readonly kind: 'handle'; readonly binding: string; readonly data: unknown };

/**
 * Property under which a handle class of ours says how it is cloned:
 * `[handleClone]() -> { binding, data }`; the binding's member `[handleRevive](data)` makes it again.
 */
export const handleClone = Symbol('slipway.handleClone');
/** Name of the member that makes a moved handle again; see `handleClone`. */
export const handleRevive = Symbol('slipway.handleRevive');

/** A name, not a symbol: structured clone drops properties with symbols. */
const MARK = '__slipway_special__';

interface Marker {
  readonly [MARK]: number;
}

/** What the packer must know of ports, which are made in another folder. */
export interface PackOptions {
  /** What the program named in `transferList`; objects that a transferred one brings along are added on the way. */
  readonly transfer: ReadonlySet<object>;
  /** A MessagePort that is still connected: it can only be moved, never copied. */
  isPort(object: object): boolean;
  /** The index of the native port among those that travel, and what else its new owner must know. */
  takePort(object: object): { readonly port: number; readonly extra: unknown };
}

/** Bits of `transfer_mode` as lib sets them: TransferMode in Node src/base_object.h. */
const kTransferable = 1;
const kCloneable = 2;

/** Turns a value of the program into one that the browser can clone. */
export class ValuePacker {
  readonly #realm: Realm;
  readonly #options: PackOptions;
  readonly #specials: Special[] = [];
  /** Source object -> its copy or marker: cycles end here, and what was one object stays one. */
  readonly #seen = new Map<object, unknown>();

  constructor(realm: Realm, options: PackOptions) {
    this.#realm = realm;
    this.#options = options;
  }

  /** Throws the realm's DataCloneError DOMException for what can be neither cloned nor moved. */
  static pack(realm: Realm, value: unknown, options: PackOptions): Envelope {
    const packer = new ValuePacker(realm, options);
    // Most messages hold nothing special and go as they are.
    if (!packer.#holdsSpecial(value, new Set())) return { value, specials: [] };
    return { value: packer.#pack(value), specials: packer.#specials };
  }

  #holdsSpecial(value: unknown, seen: Set<object>): boolean {
    if (typeof value !== 'object' || value === null || seen.has(value)) return false;
    if (isOpaque(value)) return false;
    seen.add(value);
    if (this.#isSpecial(value)) return true;
    return childrenOf(value).some((child) => this.#holdsSpecial(child, seen));
  }

  #isSpecial(value: object): boolean {
    return (
      this.#options.isPort(value) ||
      value instanceof AsyncWrap ||
      handleClone in value ||
      this.#transferMode(value) !== 0 ||
      // A mode of 0 that was set on purpose (`markAsUncloneable`): it must reach `#special` to be refused there.
      this.#realm.privateSymbols['transfer_mode_private_symbol']?.get(value) === 0
    );
  }

  #transferMode(value: object): number {
    return Number(this.#realm.privateSymbols['transfer_mode_private_symbol']?.get(value) ?? 0);
  }

  #pack(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || isOpaque(value)) return value;
    const known = this.#seen.get(value);
    if (known !== undefined) return known;
    if (this.#isSpecial(value)) {
      const marker = this.#mark(value);
      this.#seen.set(value, marker);
      return marker;
    }
    return this.#copy(value);
  }

  #copy(value: object): unknown {
    if (Array.isArray(value)) {
      const copy: unknown[] = new Array<unknown>(value.length);
      this.#seen.set(value, copy);
      // By keys, not by index: holes stay holes, and properties of an array travel as well.
      for (const key of Object.keys(value)) Reflect.set(copy, key, this.#pack(Reflect.get(value, key)));
      return copy;
    }
    if (isMap(value)) {
      const copy = new Map<unknown, unknown>();
      this.#seen.set(value, copy);
      for (const [key, member] of entriesOf(value)) copy.set(this.#pack(key), this.#pack(member));
      return copy;
    }
    if (isSet(value)) {
      const copy = new Set<unknown>();
      this.#seen.set(value, copy);
      for (const member of membersOf(value)) copy.add(this.#pack(member));
      return copy;
    }
    // Prototype and accessors are lost, as structured clone loses them; only own enumerable members are read.
    const copy: Record<string, unknown> = {};
    this.#seen.set(value, copy);
    for (const key of Object.keys(value)) copy[key] = this.#pack(Reflect.get(value, key));
    return copy;
  }

  #mark(value: object): Marker {
    const index = this.#specials.length;
    // Kept before its content is packed: content may hold specials of its own.
    this.#specials.push({ kind: 'handle', binding: '', data: undefined });
    this.#specials[index] = this.#special(value);
    return { [MARK]: index };
  }

  #special(value: Foreign): Special {
    if (this.#options.isPort(value)) {
      if (!this.#options.transfer.has(value)) throw this.#missingInTransferList();
      return { kind: 'port', ...this.#options.takePort(value) };
    }
    // Before the AsyncWrap check: file handles and histograms are both, and they do travel.
    if (handleClone in value) return { kind: 'handle', ...value[handleClone]() };
    // A handle of a binding that is no more than a place in this thread.
    if (value instanceof AsyncWrap) throw this.#cloneError('Cannot clone object of unsupported type.');
    const mode = this.#transferMode(value);
    const { symbols } = this.#realm;
    const transferred = this.#options.transfer.has(value);
    if (transferred && (mode & kTransferable) === 0) throw this.#cloneError('Value could not be transferred');
    if (!transferred && (mode & kCloneable) === 0) {
      if ((mode & kTransferable) !== 0) throw this.#missingInTransferList();
      throw this.#cloneError('Cannot clone object of unsupported type.');
    }
    const method = symbols[transferred ? 'messaging_transfer_symbol' : 'messaging_clone_symbol'] as symbol;
    // lib's own list of what its data holds: those objects need not stand in the program's transferList.
    if (transferred) {
      const nested: readonly object[] = value[symbols['messaging_transfer_list_symbol'] as symbol]?.() ?? [];
      for (const object of nested) (this.#options.transfer as Set<object>).add(object);
    }
    const { data, deserializeInfo } = value[method]();
    return { kind: 'object', deserializeInfo, data: this.#pack(data) };
  }

  #missingInTransferList(): Error {
    return this.#cloneError('Object that needs transfer was found in message but not listed in transferList');
  }

  #cloneError(message: string): Error {
    const { DOMException } = this.#realm.perContext.domException;
    return new DOMException(message, 'DataCloneError');
  }
}

/** How the receiver makes ports and lib's own objects. */
export interface UnpackOptions {
  port(index: number, extra: unknown): object;
  /**
   * lib's function of `setDeserializerCreateObjectFunction`:
   * requires the class by `module:Name` and makes an empty one.
   */
  createObject(deserializeInfo: string): Foreign;
}

/** The reverse of `ValuePacker`, in the receiving realm. */
export function unpackValue(realm: Realm, envelope: Envelope, options: UnpackOptions): unknown {
  if (envelope.specials.length === 0) return envelope.value;
  const made = new Map<number, unknown>();
  const seen = new Set<object>();

  // Each special is made once: two references to a port in a message are one port for its receiver.
  const revive = (index: number): unknown => {
    if (made.has(index)) return made.get(index);
    const special = envelope.specials[index];
    if (special === undefined) throw new Error(`Cannot read a message: no special object ${index}`);
    if (special.kind === 'port') {
      const port = options.port(special.port, special.extra);
      made.set(index, port);
      return port;
    }
    if (special.kind === 'handle') {
      const handle: unknown = realm.internalBinding(special.binding)[handleRevive](special.data);
      made.set(index, handle);
      return handle;
    }
    const object = options.createObject(special.deserializeInfo);
    // Kept before its data is unpacked: the data may refer back to the object.
    made.set(index, object);
    object[realm.symbols['messaging_deserialize_symbol'] as symbol](unpack(special.data));
    return object;
  };

  const unpack = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || isOpaque(value)) return value;
    if (Object.hasOwn(value, MARK)) return revive((value as Marker)[MARK]);
    if (seen.has(value)) return value;
    seen.add(value);
    if (value instanceof Map) {
      // In place, not into a new Map: others in the message may hold this very object already.
      const entries = [...value];
      value.clear();
      for (const [key, member] of entries) value.set(unpack(key), unpack(member));
    } else if (value instanceof Set) {
      const members = [...value];
      value.clear();
      for (const member of members) value.add(unpack(member));
    } else for (const key of Object.keys(value)) Reflect.set(value, key, unpack(Reflect.get(value, key)));
    return value;
  };

  return unpack(envelope.value);
}

/** Objects whose members structured clone does not look at one by one: bytes, dates, errors, modules. */
function isOpaque(value: object): boolean {
  if (Array.isArray(value) || isMap(value) || isSet(value)) return false;
  return (
    ArrayBuffer.isView(value) ||
    // By its tag: an error of another context (vm) is no `instanceof Error`.
    Object.prototype.toString.call(value) === '[object Error]' ||
    value instanceof ArrayBuffer ||
    value instanceof SharedArrayBuffer ||
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof WebAssembly.Module ||
    value instanceof WebAssembly.Memory
  );
}

function childrenOf(value: object): readonly unknown[] {
  if (isMap(value)) return entriesOf(value).flat();
  if (isSet(value)) return membersOf(value);
  // Numbers and strings need no look: an array of a million numbers is the common large message.
  if (Array.isArray(value)) return value.filter((member) => typeof member === 'object');
  return Object.values(value);
}
