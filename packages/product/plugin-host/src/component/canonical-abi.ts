import { TEXT_BYTES } from '../ground/limits.ts';
import { PluginFailure } from '../ground/plugin-failure.ts';

/** A type of the component model, as far as the world of plugins uses them. */
export type WitType =
  | 'string'
  | 'u32'
  | 'u64'
  | { readonly enum: readonly string[] }
  | { readonly list: WitType }
  | { readonly record: readonly (readonly [name: string, type: WitType])[] }
  | { readonly result: readonly [ok: WitType | undefined, error: WitType | undefined] };

/** A value of such a type: lists are arrays, records objects, results `{ ok }` or `{ error }`. */
export type WitValue =
  | string
  | number
  | bigint
  | undefined
  | readonly WitValue[]
  | { readonly [name: string]: WitValue };

/** Names of parameters are not needed: the ABI knows positions alone. */
export interface WitFunction {
  readonly params: readonly WitType[];
  readonly result: WitType | undefined;
}

/** The memory of a guest and the way to get more of it. */
export interface GuestMemory {
  bytes(): Uint8Array;
  /** Calls the guest; traps there come out here. */
  allocate(align: number, size: number): number;
  /** Pays for so many bytes that cross. */
  pay(bytes: number): void;
}

/** Fatal: text that is not UTF-8 traps, as the canonical ABI wants. A BOM is a character like others. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Core types of a function after flattening: parameters, and results behind a pointer where there are several. */
export function flatten(
  { params, result }: WitFunction,
  side: 'lift' | 'lower',
): { params: number[]; results: number[] } {
  const flat = params.flatMap(flattenType);
  const results = result === undefined ? [] : flattenType(result);
  if (results.length <= 1) return { params: flat, results };
  return side === 'lift' ? { params: flat, results: [0x7f] } : { params: [...flat, 0x7f], results: [] };
}

/**
 * Core types by their bytes: 0x7f is i32, 0x7e i64. A result is its tag and the longer of both payloads; in
 * the world those are all i32, so that no types have to be joined (`flatten_variant` of the specification).
 */
function flattenType(type: WitType): number[] {
  if (type === 'string') return [0x7f, 0x7f];
  if (type === 'u32') return [0x7f];
  if (type === 'u64') return [0x7e];
  if ('enum' in type) return [0x7f];
  if ('list' in type) return [0x7f, 0x7f];
  if ('record' in type) return type.record.flatMap(([, field]) => flattenType(field));
  const [ok, error] = type.result.map((side) => (side === undefined ? [] : flattenType(side)));
  return [0x7f, ...(ok!.length > error!.length ? ok! : error!)];
}

/**
 * `elem_size` and `alignment` of CanonicalABI.md. Records are padded to their own alignment, enums have at
 * most 256 names and so one byte.
 */
function layout(type: WitType): { size: number; align: number } {
  if (type === 'u32') return { size: 4, align: 4 };
  if (type === 'u64') return { size: 8, align: 8 };
  if (type === 'string' || 'list' in type) return { size: 8, align: 4 };
  if ('enum' in type) return { size: 1, align: 1 };
  if ('record' in type) {
    let size = 0;
    let align = 1;
    for (const [, field] of type.record) {
      const of = layout(field);
      size = alignTo(size, of.align) + of.size;
      align = Math.max(align, of.align);
    }
    return { size: alignTo(size, align), align };
  }
  const sides = type.result.map((side) => (side === undefined ? { size: 0, align: 1 } : layout(side)));
  const align = Math.max(1, ...sides.map((side) => side.align));
  return { size: alignTo(alignTo(1, align) + Math.max(...sides.map((side) => side.size)), align), align };
}

const alignTo = (value: number, align: number): number => Math.ceil(value / align) * align;

/** A piece of the guest's memory, which must be there and aligned. */
function view(memory: GuestMemory, pointer: number, size: number, align: number): DataView {
  const bytes = memory.bytes();
  const at = pointer >>> 0;
  if (at % align !== 0) throw new PluginFailure('trap', 'It gave an address that is not aligned');
  if (at + size > bytes.length) throw new PluginFailure('trap', 'It gave an address outside its memory');
  return new DataView(bytes.buffer, bytes.byteOffset + at, size);
}

/** A string takes two of the flat values: pointer and length. */
export function liftArguments(memory: GuestMemory, params: readonly WitType[], flat: readonly unknown[]): WitValue[] {
  let at = 0;
  return params.map((type): WitValue => {
    if (type === 'string') {
      const pointer = flat[at++] as number;
      return liftText(memory, pointer, flat[at++] as number);
    }
    const value = flat[at++];
    if (type === 'u32') return (value as number) >>> 0;
    if (typeof type === 'object' && 'enum' in type) return liftEnum(type.enum, value as number);
    throw new Error('No function of the world takes such an argument');
  });
}

/** A number beyond the last name is a trap, as in `lift_flat_variant`. */
function liftEnum(names: readonly string[], value: number): string {
  const name = names[value >>> 0];
  if (name === undefined) throw new PluginFailure('trap', 'It gave a number that stands for nothing');
  return name;
}

/** Paid for by its length before it is decoded: a long text costs fuel even where it proves to be no UTF-8. */
function liftText(memory: GuestMemory, pointer: number, length: number): string {
  const size = length >>> 0;
  if (size > TEXT_BYTES) throw new PluginFailure('trap', `It gave a text of ${size} bytes: at most ${TEXT_BYTES}`);
  memory.pay(size);
  const { buffer, byteOffset } = view(memory, pointer, size, 1);
  try {
    return decoder.decode(new Uint8Array(buffer, byteOffset, size));
  } catch {
    throw new PluginFailure('trap', 'It gave a text that is not UTF-8');
  }
}

/** Throws where the pointer is outside of the memory or not aligned. */
export function load(memory: GuestMemory, type: WitType, pointer: number): WitValue {
  const { size, align } = layout(type);
  const data = view(memory, pointer, size, align);
  if (type === 'string') return liftText(memory, data.getUint32(0, true), data.getUint32(4, true));
  if (type === 'u32') return data.getUint32(0, true);
  if (typeof type === 'object' && 'result' in type) {
    const tag = data.getUint8(0);
    if (tag > 1) throw new PluginFailure('trap', 'It gave a result that is neither ok nor an error');
    const side = type.result[tag];
    const value = side === undefined ? undefined : load(memory, side, (pointer >>> 0) + payloadOffset(type));
    return tag === 0 ? { ok: value } : { error: value };
  }
  throw new Error('No function of the world gives such a result');
}

/** Behind the one byte of the tag, at the alignment of the whole, which is that of the larger payload. */
const payloadOffset = (type: WitType): number => layout(type).align;

/** Writes a text into new memory of the guest's. Lone surrogates become U+FFFD. */
function lowerText(memory: GuestMemory, text: string): [pointer: number, length: number] {
  const bytes = encoder.encode(text);
  memory.pay(bytes.length);
  const pointer = memory.allocate(1, bytes.length);
  const target = view(memory, pointer, bytes.length, 1);
  new Uint8Array(target.buffer, target.byteOffset, bytes.length).set(bytes);
  return [pointer, bytes.length];
}

/** Texts alone, copied into the guest's memory; throws for any other type. */
export function lowerArguments(memory: GuestMemory, params: readonly WitType[], values: readonly WitValue[]): number[] {
  return params.flatMap((type, index) => {
    if (type !== 'string') throw new Error('No function of the world takes such an argument');
    return lowerText(memory, values[index] as string);
  });
}

/** Writes a value into the guest's memory, at an address that it gave. */
export function store(memory: GuestMemory, type: WitType, value: WitValue, pointer: number): void {
  const { size, align } = layout(type);
  // Looked at before anything is allocated, and again after: memory may have grown.
  view(memory, pointer, size, align);
  const at = pointer >>> 0;
  if (type === 'u32') return view(memory, at, size, align).setUint32(0, value as number, true);
  if (type === 'u64') return view(memory, at, size, align).setBigUint64(0, value as bigint, true);
  if (type === 'string') return storePair(memory, at, lowerText(memory, value as string));
  if ('enum' in type) return view(memory, at, size, align).setUint8(0, type.enum.indexOf(value as string));
  if ('list' in type) return storePair(memory, at, lowerList(memory, type.list, value as readonly WitValue[]));
  if ('record' in type) {
    let offset = 0;
    for (const [name, field] of type.record) {
      const of = layout(field);
      offset = alignTo(offset, of.align);
      store(memory, field, (value as Readonly<Record<string, WitValue>>)[name], at + offset);
      offset += of.size;
    }
    return;
  }
  const outcome = value as { ok?: WitValue; error?: WitValue };
  const tag = 'error' in outcome ? 1 : 0;
  view(memory, at, size, align).setUint8(0, tag);
  const side = type.result[tag];
  if (side !== undefined) store(memory, side, tag === 1 ? outcome.error : outcome.ok, at + payloadOffset(type));
}

function storePair(memory: GuestMemory, at: number, [first, second]: [number, number]): void {
  const target = view(memory, at, 8, 4);
  target.setUint32(0, first, true);
  target.setUint32(4, second, true);
}

/**
 * Items lie `size` apart, which is a multiple of their alignment. Texts inside are allocated while the list
 * is written.
 */
function lowerList(memory: GuestMemory, item: WitType, values: readonly WitValue[]): [pointer: number, length: number] {
  const { size, align } = layout(item);
  memory.pay(values.length * size);
  const pointer = memory.allocate(align, values.length * size);
  view(memory, pointer, values.length * size, align);
  for (const [index, value] of values.entries()) store(memory, item, value, (pointer >>> 0) + index * size);
  return [pointer, values.length];
}
