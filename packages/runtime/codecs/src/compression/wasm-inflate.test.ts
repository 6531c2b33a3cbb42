import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as native from 'node:zlib';
import { expect, it } from 'vitest';
import { InflateLibrary, WasmInflate } from './wasm-inflate.ts';
import { Mode } from './zlib-format.ts';

// The oracle is the zlib of the Node that runs the tests.

const { Z_NO_FLUSH, Z_FINISH } = native.constants;
const file = import.meta.resolve('@zip.js/zip.js/dist/zip-module.wasm');
const library = new InflateLibrary(new WebAssembly.Module(readFileSync(fileURLToPath(file))));
const text = Buffer.from(
  Array.from({ length: 30_000 }, (_, index) => `line ${(index * 7919) % 10_007} of text\n`).join(''),
);

function run(subject: WasmInflate, input: Uint8Array, chunk: number, room: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; at += chunk) {
    const last = at + chunk >= input.length;
    let rest = input.subarray(at, at + chunk);
    for (;;) {
      const output = Buffer.alloc(room);
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

const FORMATS = [
  ['gunzip', Mode.gunzip, native.gzipSync, native.gunzipSync],
  ['inflate', Mode.inflate, native.deflateSync, native.inflateSync],
  ['inflateRaw', Mode.inflateRaw, native.deflateRawSync, native.inflateRawSync],
] as const;

it.each(FORMATS)('%s reads what native Node wrote, whatever the chunks and the room', (_name, mode, write) => {
  for (const content of [text, Buffer.alloc(0), Buffer.alloc(400_000)]) {
    const written = write(content);
    for (const [chunk, room] of [
      [5000, 7777],
      [1e6, 16_384],
      [1e6, 1e6],
      [1e6, text.length],
    ] as const) {
      expect(run(new WasmInflate(library, mode), written, chunk, room).equals(content)).toBe(true);
    }
  }
  const short = text.subarray(0, 20_000);
  expect(run(new WasmInflate(library, mode), write(short), 3, 1000).equals(short)).toBe(true);
});

it.each(FORMATS)('%s finds in broken input what native Node finds, in the same words', (_name, mode, write, read) => {
  const outcome = (make: () => Buffer): unknown => {
    try {
      return make().toString('base64');
    } catch (error) {
      const { message, errno, code } = error as NodeJS.ErrnoException;
      return { message, errno, code };
    }
  };
  const whole = write(text.subarray(0, 20_000));
  for (let at = 0; at < whole.length; at += at < 30 ? 1 : 61) {
    const broken = Buffer.from(whole);
    broken[at]! ^= 0x41;
    for (const input of [broken, whole.subarray(0, at)]) {
      expect([at, outcome(() => run(new WasmInflate(library, mode), input, 1e6, 16_384))]).toEqual([
        at,
        outcome(() => read(input)),
      ]);
    }
  }
});

it('gunzip goes on with the next member of an archive and ignores zero padding', () => {
  const archive = Buffer.concat([
    native.gzipSync('one '),
    native.gzipSync(''),
    native.gzipSync('two'),
    Buffer.alloc(20),
  ]);
  expect(run(new WasmInflate(library, Mode.gunzip), archive, 1e6, 1000).toString()).toBe('one two');
});

it('input behind the end of a stream is left, and reset makes a codec as new', () => {
  const written = native.deflateSync(text);
  const subject = new WasmInflate(library, Mode.inflate);
  const output = Buffer.alloc(text.length + 1);
  for (let time = 0; time < 2; time++) {
    expect(subject.step(Z_FINISH, Buffer.concat([written, Buffer.from('rest')]), output)).toEqual({
      availIn: 4,
      availOut: 1,
    });
    expect(subject.error()).toBeUndefined();
    expect(subject.reset()).toBeUndefined();
  }
});

it('streams side by side do not disturb each other', () => {
  const written = native.deflateSync(text);
  const pair = [new WasmInflate(library, Mode.inflate), new WasmInflate(library, Mode.inflate)];
  const outputs = pair.map(() => [] as Buffer[]);
  for (let at = 0; at < written.length; at += 500) {
    pair.forEach((subject, index) => {
      const output = Buffer.alloc(text.length);
      const { availOut } = subject.step(Z_NO_FLUSH, written.subarray(at, at + 500), output);
      outputs[index]!.push(output.subarray(0, output.length - availOut));
    });
  }
  for (const parts of outputs) expect(Buffer.concat(parts).equals(text)).toBe(true);
});
