import { Errno } from '@slipway/posix';
import { PATH_LIMIT, PAYLOAD_BYTES, SLOT_NUMBERS, SLOTS_AT, SLOT_WORDS, Slot } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import { decodeText, encodeText } from '../memory/text.ts';
import { type Argument, kindsOf, numberOf, operationName, type OperationName, type SharedBytes } from './operations.ts';

/*
 * A request in its slot: number of the operation, up to SLOT_NUMBERS numbers
 * (an ino, a flag as 0 or 1), and the payload: first text, second text, bytes,
 * one behind the other. The arguments keep their order among their likes.
 */

const NONE = new Uint8Array(0);

/** One for each client: its slot holds one request at a time. */
export class RequestPacker {
  readonly #memory: SharedMemory;
  readonly #at: number;
  readonly #numbers = new Float64Array(SLOT_NUMBERS);

  constructor(memory: SharedMemory, slot: number) {
    this.#memory = memory;
    this.#at = SLOTS_AT + slot * SLOT_WORDS;
  }

  /** 0, or a negative errno when a path is too long: nothing is to be sent then. */
  pack(name: OperationName, args: readonly Argument[]): number {
    let first: Uint8Array = NONE;
    let second: Uint8Array = NONE;
    let data: Uint8Array = NONE;
    let texts = 0;
    let count = 0;
    for (const arg of args) {
      if (typeof arg === 'number') this.#numbers[count++] = arg;
      else if (typeof arg === 'boolean') this.#numbers[count++] = arg ? 1 : 0;
      else if (typeof arg !== 'string') data = arg;
      else if (texts++ === 0) first = encodeText(arg);
      else second = encodeText(arg);
    }
    if (first.length > PATH_LIMIT || second.length > PATH_LIMIT) return Errno.ENAMETOOLONG;
    if (first.length + second.length + data.length > PAYLOAD_BYTES)
      throw new Error(`Cannot send request "${name}": ${data.length} bytes do not fit the slot`);
    this.#store(numberOf(name), first, second, data);
    return 0;
  }

  #store(operation: number, first: Uint8Array, second: Uint8Array, data: Uint8Array): void {
    const { words, bytes, floats } = this.#memory;
    const at = this.#at;
    Atomics.store(words, at + Slot.op, operation);
    Atomics.store(words, at + Slot.firstLength, first.length);
    Atomics.store(words, at + Slot.secondLength, second.length);
    Atomics.store(words, at + Slot.dataLength, data.length);
    floats.set(this.#numbers, (at + Slot.numbers) / 2);
    const payload = (at + Slot.payload) * 4;
    if (first.length > 0) bytes.set(first, payload);
    if (second.length > 0) bytes.set(second, payload + first.length);
    if (data.length > 0) bytes.set(data, payload + first.length + second.length);
  }
}

/** A request as copied out of its slot: the caller may be gone or overwrite it at any time. */
export interface Request {
  readonly name: OperationName;
  /** Of an operation on an inode: the ino, which stands first in `args`. */
  readonly ino: number | undefined;
  /** What the handler gets, the slot last. */
  readonly args: (string | number | boolean | SharedBytes)[];
}

/** What stands in `slot`: a request, or the errno for what is none. */
export function unpackRequest(memory: SharedMemory, slot: number): Request | number {
  const { words, bytes, floats } = memory;
  const at = SLOTS_AT + slot * SLOT_WORDS;
  const firstLength = words[at + Slot.firstLength]!;
  const secondLength = words[at + Slot.secondLength]!;
  const length = words[at + Slot.dataLength]!;
  // A program can write anything into its slot: lengths are checked before they are used.
  if (firstLength < 0 || firstLength > PATH_LIMIT || secondLength < 0 || secondLength > PATH_LIMIT) return Errno.EINVAL;
  if (length < 0 || firstLength + secondLength + length > PAYLOAD_BYTES) return Errno.EINVAL;
  const name = operationName(words[at + Slot.op]!);
  if (name === undefined) return Errno.ENOSYS;

  const args: Request['args'] = [];
  let number = (at + Slot.numbers) / 2;
  let text = (at + Slot.payload) * 4;
  const end = text + firstLength + secondLength;
  let textEnd = text + firstLength;
  const kinds = kindsOf(name);
  for (const kind of kinds) {
    switch (kind) {
      case 'ino':
      case 'number':
        args.push(floats[number++]!);
        break;
      case 'flag':
        args.push(floats[number++] !== 0);
        break;
      case 'text':
        // A copy, because TextDecoder refuses shared memory.
        args.push(text === textEnd ? '' : decodeText(bytes.slice(text, textEnd)));
        text = textEnd;
        textEnd = end;
        break;
      case 'bytes':
        // Left where they lie: they are copied once, into the file.
        args.push({ at: end, length });
    }
  }
  const ino = kinds[0] === 'ino' ? (args[0] as number) : undefined;
  args.push(slot);
  return { name, ino, args };
}
