import { Errno } from '@slipway/posix';
import { describe, expect, it } from 'vitest';
import { PATH_LIMIT, PAYLOAD_BYTES, SLOTS_AT, SLOT_NUMBERS, SLOT_WORDS, Slot } from '../memory/layout.ts';
import { SharedMemory } from '../memory/shared-memory.ts';
import { createVfsMemory } from '../writer/create-memory.ts';
import { type Argument, kindsOf, numberOf, operationName, type OperationName } from './operations.ts';
import { RequestPacker, unpackRequest } from './request.ts';

const SLOT = 7;
const names: OperationName[] = [];
for (let number = 1, name = operationName(1); name !== undefined; name = operationName(++number)) names.push(name);

const memory = new SharedMemory(createVfsMemory({ maxBytes: 128 * 1024 * 1024 }));
const packer = new RequestPacker(memory, SLOT);
const SAMPLES = { text: '/a\u00e9/\udc80', number: -0.5, ino: 4711, flag: true, bytes: new Uint8Array([1, 2, 3]) };

describe('a request in its slot', () => {
  it('carries the arguments of every operation of the table, in their order', () => {
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const sent: Argument[] = kindsOf(name).map((kind) => SAMPLES[kind]);
      expect(packer.pack(name, sent), name).toBe(0);
      const request = unpackRequest(memory, SLOT);
      if (typeof request === 'number') throw new Error(`Cannot unpack "${name}": ${request}`);
      const got = request.args.map((arg) =>
        typeof arg === 'object' ? memory.bytes.slice(arg.at, arg.at + arg.length) : arg,
      );
      expect([request.name, ...got]).toEqual([name, ...sent, SLOT]);
      expect(request.ino).toBe(kindsOf(name).includes('ino') ? SAMPLES.ino : undefined);
    }
  });

  it('has room for what the table lets an operation take', () => {
    const count = (name: OperationName, ...kinds: string[]): number =>
      kindsOf(name).filter((kind) => kinds.includes(kind)).length;
    const wrong = names.filter(
      (name) =>
        count(name, 'text') > 2 ||
        count(name, 'bytes') > 1 ||
        count(name, 'number', 'ino', 'flag') > SLOT_NUMBERS ||
        kindsOf(name).indexOf('ino') > 0,
    );
    expect(wrong).toEqual([]);
  });

  it('is refused by its sender where a path is too long, and never sent where bytes do not fit', () => {
    expect(packer.pack('mkdir', ['a'.repeat(PATH_LIMIT), 0])).toBe(0);
    expect(packer.pack('mkdir', ['a'.repeat(PATH_LIMIT + 1), 0])).toBe(Errno.ENAMETOOLONG);
    expect(packer.pack('rename', ['a', '\u00e9'.repeat(PATH_LIMIT)])).toBe(Errno.ENAMETOOLONG);
    expect(() => packer.pack('importBatch', [new Uint8Array(PAYLOAD_BYTES + 1)])).toThrow('do not fit the slot');
  });

  it('is refused by the writer where its lengths leave the slot or its number stands for nothing', () => {
    const at = SLOTS_AT + SLOT * SLOT_WORDS;
    const spoilt = (word: number, value: number): unknown => {
      packer.pack('rename', ['/a', '/b']);
      memory.words[at + word] = value;
      return unpackRequest(memory, SLOT);
    };
    for (const word of [Slot.firstLength, Slot.secondLength, Slot.dataLength]) {
      expect(spoilt(word, -1)).toBe(Errno.EINVAL);
      expect(spoilt(word, PAYLOAD_BYTES)).toBe(Errno.EINVAL);
    }
    for (const number of [0, -1, numberOf(names.at(-1)!) + 1, 2 ** 31 - 1])
      expect(spoilt(Slot.op, number)).toBe(Errno.ENOSYS);
  });
});
