import * as pako from 'pako';
import * as native from 'node:zlib';
import { expect, it } from 'vitest';
import { createCrc32 } from './crc32.ts';
import { Mode, type ZlibOptions } from './zlib-format.ts';
import { ZlibInflate } from './zlib-inflate.ts';

// The oracle is the zlib of the Node that runs the tests.

const { Z_NO_FLUSH, Z_FINISH } = native.constants;
const text = Buffer.from('the quick brown fox jumps over the lazy dog, again and again. '.repeat(2000));

function codec(mode: number, options: Partial<ZlibOptions> = {}): ZlibInflate {
  return new ZlibInflate(pako, {
    mode,
    windowBits: 15,
    level: -1,
    memLevel: 8,
    strategy: 0,
    dictionary: undefined,
    ...options,
  });
}

/** Runs all input through, with small buffers on both sides, as a stream does. */
function run(subject: ZlibInflate, input: Uint8Array, chunk = 1000): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; at += chunk) {
    const last = at + chunk >= input.length;
    let rest = input.subarray(at, at + chunk);
    for (;;) {
      const output = Buffer.alloc(777);
      const { availIn, availOut } = subject.step(last ? Z_FINISH : Z_NO_FLUSH, rest, output);
      const error = subject.error();
      if (error !== undefined) throw Object.assign(new Error(error.message), error);
      parts.push(output.subarray(0, output.length - availOut));
      rest = rest.subarray(rest.length - availIn);
      if (availOut !== 0) break;
    }
    if (last) return Buffer.concat(parts);
  }
}

it.each([
  ['gunzip', Mode.gunzip, native.gzipSync],
  ['inflate', Mode.inflate, native.deflateSync],
  ['inflateRaw', Mode.inflateRaw, native.deflateRawSync],
  ['unzip of gzip', Mode.unzip, native.gzipSync],
  ['unzip of deflate', Mode.unzip, native.deflateSync],
] as const)('%s reads what native Node wrote, whatever the chunks', (_name, mode, write) => {
  for (const chunk of [1, 3, 1000, 1e6]) expect(run(codec(mode), write(text), chunk).equals(text)).toBe(true);
});

it('gunzip goes on with the next member of an archive and ignores zero padding', () => {
  const archive = Buffer.concat([native.gzipSync('one '), native.gzipSync('two'), Buffer.alloc(20)]);
  expect(run(codec(Mode.gunzip), archive, 1e6).toString()).toBe('one two');
});

it('a dictionary is used, and its absence has a name', () => {
  const dictionary = Buffer.from('the quick brown fox');
  const written = native.deflateSync(text, { dictionary });
  expect(run(codec(Mode.inflate, { dictionary }), written).equals(text)).toBe(true);
  expect(() => run(codec(Mode.inflate), written)).toThrow('Missing dictionary');
  expect(() => run(codec(Mode.inflate, { dictionary: Buffer.from('other') }), written)).toThrow('Bad dictionary');
  expect(run(codec(Mode.inflateRaw, { dictionary }), native.deflateRawSync(text, { dictionary })).equals(text)).toBe(
    true,
  );
});

it('errors carry the words, number and code of native Node', () => {
  const oracle = (make: () => unknown): unknown => {
    try {
      make();
      return undefined;
    } catch (error) {
      const { message, errno, code } = error as NodeJS.ErrnoException;
      return { message, errno, code };
    }
  };
  const gzipped = native.gzipSync(text);
  const broken = Buffer.from(gzipped);
  broken[200]! ^= 0xff;
  for (const [mode, read, input] of [
    [Mode.gunzip, native.gunzipSync, gzipped.subarray(0, 100)],
    [Mode.gunzip, native.gunzipSync, Buffer.from('not gzip at all')],
    [Mode.inflate, native.inflateSync, Buffer.from('not zlib at all')],
    [Mode.gunzip, native.gunzipSync, broken],
  ] as const) {
    expect(oracle(() => run(codec(mode), input, 1e6))).toEqual(oracle(() => read(input)));
  }
});

it('reset makes a codec as new', () => {
  const subject = codec(Mode.gunzip);
  const written = native.gzipSync(text);
  expect(run(subject, written).equals(text)).toBe(true);
  expect(subject.reset()).toBeUndefined();
  expect(run(subject, written).equals(text)).toBe(true);
});

it('crc32 equals the known check value and can be continued', () => {
  const crc32 = createCrc32();
  expect(crc32(Buffer.from('123456789'), 0)).toBe(0xcbf43926);
  expect(crc32(Buffer.from('6789'), crc32(Buffer.from('12345'), 0))).toBe(0xcbf43926);
  expect(crc32(text, 0)).toBe(text.reduce((crc, byte) => crc32(Uint8Array.of(byte), crc), 0));
});
