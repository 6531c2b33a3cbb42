import * as native from 'node:zlib';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { assemble } from '@slipway/assemblyscript';
import { DeflateLibrary, WasmDeflate } from './wasm-deflate.ts';
import { Mode, type ZlibOptions } from './zlib-format.ts';

// The oracle is the zlib of the Node that runs the tests: the same bytes, not only bytes that can be read again.

const { Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH, Z_BLOCK } = native.constants;
const folder = fileURLToPath(new URL('../../assembly/deflate', import.meta.url));
const library = new DeflateLibrary(
  new WebAssembly.Module(await assemble(folder, 'deflate', ['-O3', '--enable', 'simd', '--runtime', 'minimal'])),
);

/** Numbers that are the same each time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff) / 0x8000_0000;
}

/** What deflate meets: text, code, long runs, few letters, noise, far repeats, and almost nothing. */
const inputs: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'three bytes': Buffer.from('abc'),
  text: Buffer.from('the quick brown fox jumps over the lazy dog, again and again. '.repeat(300)),
  code: readFileSync(import.meta.filename),
  program: readFileSync(process.execPath).subarray(64, 120_064),
  'one byte': Buffer.alloc(70_000, 97),
  'four letters': Buffer.from(Array.from({ length: 90_000 }, letterBy(sequence(7)))),
  noise: Buffer.from(Array.from({ length: 70_000 }, byteBy(sequence(11)))),
  'far repeats': farRepeats(sequence(3)),
};

function letterBy(next: () => number): () => number {
  return () => 97 + Math.floor(next() * 4);
}
function byteBy(next: () => number): () => number {
  return () => Math.floor(next() * 256);
}
/** Pieces that come again at every distance up to the window's size and beyond. */
function farRepeats(next: () => number): Buffer {
  const pieces = Array.from({ length: 40 }, (_, index) => Buffer.from(Array.from({ length: 9 + index }, byteBy(next))));
  const chosen = Array.from({ length: 4000 }, () => pieces[Math.floor(next() * pieces.length)]!);
  return Buffer.concat(chosen);
}

function optionsOf(mode: number, options: Partial<ZlibOptions> = {}): ZlibOptions {
  return { mode, windowBits: 15, level: -1, memLevel: 8, strategy: 0, dictionary: undefined, ...options };
}

/**
 * One step after the other until it has room left, as lib drives a handle (processCallback of lib/zlib.js): each call
 * goes on in the buffer that the last one began, since a flush that just fits is written twice.
 */
function writer(subject: WasmDeflate, chunkSize = 16_384): (flush: number, input: Uint8Array) => Buffer {
  let room = chunkSize;
  return (flush, input) => {
    const parts: Buffer[] = [];
    for (let rest = input; ;) {
      const output = Buffer.alloc(room);
      const { availIn, availOut } = subject.step(flush, rest, output);
      const error = subject.error();
      if (error !== undefined) throw Object.assign(new Error(error.message), error);
      parts.push(output.subarray(0, room - availOut));
      rest = rest.subarray(rest.length - availIn);
      room = availOut === 0 ? chunkSize : availOut;
      if (availOut !== 0) return Buffer.concat(parts);
    }
  };
}

function write(subject: WasmDeflate, flush: number, input: Uint8Array): Buffer {
  return writer(subject)(flush, input);
}

function whole(options: ZlibOptions, input: Uint8Array): Buffer {
  const subject = new WasmDeflate(library, options);
  const written = write(subject, Z_FINISH, input);
  subject.end();
  return written;
}

const WRITERS = [
  ['gzip', Mode.gzip, native.gzipSync],
  ['deflate', Mode.deflate, native.deflateSync],
  ['deflateRaw', Mode.deflateRaw, native.deflateRawSync],
] as const;

describe('deflate has the bytes of native Node', () => {
  it.each(WRITERS)('%s, at every level and strategy', (_name, mode, oracle) => {
    for (const [name, input] of Object.entries(inputs))
      for (let level = -1; level <= 9; level++)
        for (let strategy = 0; strategy <= 4; strategy++) {
          const same = whole(optionsOf(mode, { level, strategy }), input).equals(oracle(input, { level, strategy }));
          expect({ name, level, strategy, same }).toEqual({ name, level, strategy, same: true });
        }
  });

  it('with every window and every amount of memory', () => {
    for (const name of ['code', 'four letters', 'far repeats'])
      for (let windowBits = 9; windowBits <= 15; windowBits++)
        for (let memLevel = 1; memLevel <= 9; memLevel++)
          for (const level of [0, 1, 6]) {
            const options = { windowBits, memLevel, level };
            const written = whole(optionsOf(Mode.deflate, options), inputs[name]!);
            const same = written.equals(native.deflateSync(inputs[name]!, options));
            expect({ name, ...options, same }).toEqual({ name, ...options, same: true });
          }
    expect(whole(optionsOf(Mode.deflate, { windowBits: 8 }), inputs['text']!)).toEqual(
      native.deflateSync(inputs['text']!, { windowBits: 8 }),
    );
  });

  it('in pieces, with flushes between them', async () => {
    const next = sequence(23);
    for (let round = 0; round < 60; round++) {
      const level = Math.floor(next() * 10);
      const strategy = Math.floor(next() * 5);
      const input = Object.values(inputs)[2 + (round % 7)]!.subarray(0, 40_000);
      const chunkSize = 64 + Math.floor(next() * 900);
      const oracle = native.createDeflate({ level, strategy, chunkSize });
      const theirs: Buffer[] = [];
      oracle.on('data', (piece: Buffer) => theirs.push(piece));
      const push = writer(new WasmDeflate(library, optionsOf(Mode.deflate, { level, strategy })), chunkSize);
      const ours: Buffer[] = [];
      for (let at = 0; at < input.length;) {
        const piece = input.subarray(at, at + 1 + Math.floor(next() * 9000));
        at += piece.length;
        const flush = [Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_BLOCK][Math.floor(next() * 5)]!;
        // oxlint-disable-next-line no-await-in-loop -- the pieces follow each other
        await new Promise<void>((resolve) => {
          oracle.write(piece);
          oracle.flush(flush, resolve);
        });
        ours.push(push(Z_NO_FLUSH, piece), push(flush, Buffer.alloc(0)));
      }
      ours.push(push(Z_FINISH, Buffer.alloc(0)));
      // oxlint-disable-next-line no-await-in-loop -- one stream after the other
      await new Promise<void>((resolve) => {
        oracle.on('end', resolve).end();
      });
      expect({ round, level, strategy, same: Buffer.concat(ours).equals(Buffer.concat(theirs)) }).toEqual({
        round,
        level,
        strategy,
        same: true,
      });
    }
  });

  it('with a dictionary, short and longer than the window', () => {
    for (const dictionary of [Buffer.from('the quick brown fox'), inputs['far repeats']!.subarray(0, 50_000)])
      for (const level of [1, 6, 9])
        for (const [mode, oracle] of [
          [Mode.deflate, native.deflateSync],
          [Mode.deflateRaw, native.deflateRawSync],
        ] as const)
          for (const name of ['text', 'far repeats'])
            expect(
              whole(optionsOf(mode, { level, dictionary }), inputs[name]!).equals(
                oracle(inputs[name]!, { level, dictionary }),
              ),
            ).toBe(true);
  });

  it('when the level changes in the middle of a stream', async () => {
    const input = inputs['code']!;
    for (const [first, second] of [
      [9, 0],
      [0, 9],
      [1, 6],
      [6, 3],
    ] as const) {
      const oracle = native.createDeflate({ level: first });
      const theirs: Buffer[] = [];
      oracle.on('data', (piece: Buffer) => theirs.push(piece));
      oracle.write(input);
      // oxlint-disable-next-line no-await-in-loop -- the order is the subject
      await new Promise<void>((resolve) => {
        oracle.params(second, 0, () => {
          oracle.on('end', resolve).end(input);
        });
      });
      const subject = new WasmDeflate(library, optionsOf(Mode.deflate, { level: first }));
      const push = writer(subject);
      const ours = [push(Z_NO_FLUSH, input), push(Z_SYNC_FLUSH, Buffer.alloc(0))];
      subject.params(second, 0);
      ours.push(push(Z_FINISH, input));
      expect({ first, second, same: Buffer.concat(ours).equals(Buffer.concat(theirs)) }).toEqual({
        first,
        second,
        same: true,
      });
    }
  });
});

it('reset makes a deflating stream as new, its dictionary included', () => {
  for (const dictionary of [undefined, Buffer.from('again and again')]) {
    const subject = new WasmDeflate(library, optionsOf(Mode.deflate, { dictionary }));
    const once = write(subject, Z_FINISH, inputs['text']!);
    expect(subject.reset()).toBeUndefined();
    expect(write(subject, Z_FINISH, inputs['text']!)).toEqual(once);
  }
});

it('streams that are written to in turn do not see each other', () => {
  const names = ['text', 'code', 'four letters', 'noise'];
  const subjects = names.map(() => new WasmDeflate(library, optionsOf(Mode.gzip)));
  const written = names.map(() => [] as Buffer[]);
  for (let at = 0; at < 90_000; at += 777)
    for (const [index, name] of names.entries())
      written[index]!.push(write(subjects[index]!, Z_NO_FLUSH, inputs[name]!.subarray(at, at + 777)));
  for (const [index, name] of names.entries()) {
    written[index]!.push(write(subjects[index]!, Z_FINISH, Buffer.alloc(0)));
    expect(native.gunzipSync(Buffer.concat(written[index]!)).equals(inputs[name]!)).toBe(true);
  }
});

it('a stream that ended gives its memory to the next', () => {
  const memory = (): number => {
    const subject = new WasmDeflate(library, optionsOf(Mode.gzip));
    write(subject, Z_FINISH, inputs['text']!);
    subject.end();
    return library.memoryBytes;
  };
  const before = memory();
  for (let round = 0; round < 200; round++) memory();
  expect(memory()).toBe(before);
});

it('writing behind the end is refused with the number and code of native Node', () => {
  const subject = new WasmDeflate(library, optionsOf(Mode.gzip));
  write(subject, Z_FINISH, inputs['text']!);
  expect(() => write(subject, Z_NO_FLUSH, inputs['text']!)).toThrow(
    expect.objectContaining({ errno: -2, code: 'Z_STREAM_ERROR' }),
  );
});
