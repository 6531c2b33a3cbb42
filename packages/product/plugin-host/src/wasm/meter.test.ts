import { createHash } from 'node:crypto';
import makeWabt from 'wabt';
import { describe, expect, it } from 'vitest';
import { InstantiationError } from '../ground/refusal.ts';
import { FEATURES, parseWat } from '../testing/build-guests.ts';
import { randomProgram } from '../testing/random-program.ts';
import { runMetered, runRaw } from '../testing/run-metered.ts';
import { ByteWriter } from './byte-writer.ts';
import { decodeModule } from './decode-module.ts';
import { meterModule } from './meter-module.ts';
import { BULK_OPERATORS, type Operator, PLAIN_OPERATORS, VECTOR_OPERATORS } from './operators.ts';

/** `(func unreachable OPERATOR i32.const 4242 unreachable)`: behind a jump every operator is valid. */
function moduleWith(code: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter()
    .u32(1)
    .u32(2)
    .byte(0x7f, 0x00)
    .byte(...code)
    .byte(0x41)
    .s64(4242)
    .byte(0x00, 0x0b);
  const section = (id: number, ...bytes: number[]) =>
    new ByteWriter().sized(id, new ByteWriter().byte(...bytes)).view();
  return (
    new ByteWriter()
      .byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
      .bytes(section(1, 1, 0x60, 0, 0))
      .bytes(section(3, 1, 0))
      .bytes(section(4, 1, 0x70, 0, 1))
      .bytes(section(5, 1, 0, 1))
      .bytes(section(6, 1, 0x7f, 1, 0x41, 0, 0x0b))
      // The function is named where it may be referred to.
      .bytes(section(9, 1, 3, 0, 1, 0))
      .bytes(section(12, 1))
      .sized(10, new ByteWriter().u32(1).sized(undefined, body))
      .bytes(section(11, 1, 1, 0))
      .finish()
  );
}

const IMMEDIATES: Readonly<Record<Operator['immediate'], readonly number[]>> = {
  none: [],
  memarg: [0, 0],
  'memarg-lane': [0, 0, 1],
  lane: [1],
  v128: [3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  leb: [5],
  f32: [1, 2, 3, 4],
  f64: [1, 2, 3, 4, 5, 6, 7, 8],
  index: [0],
  'two-indices': [0, 0],
  control: [],
};
const CONTROL: Readonly<Record<number, readonly number[]>> = {
  0x02: [0x40, 0x0b],
  0x03: [0x40, 0x0b],
  0x04: [0x40, 0x05, 0x0b],
  0x0c: [0],
  0x0d: [0],
  0x0e: [1, 0, 0],
  0x10: [0],
  0x11: [0, 0],
  0x12: [0],
  0x13: [0, 0],
  0x1c: [1, 0x7f],
  0x20: [0],
  0x21: [0],
  0x22: [0],
  0x23: [0],
  0x24: [0],
  0x40: [0],
  0xd0: [0x70],
};

function listOperators(): number[][] {
  const all: number[][] = [];
  const leb = (value: number) => [...new ByteWriter().u32(value).view()];
  for (const [prefix, table] of [
    [[], PLAIN_OPERATORS],
    [[0xfc], BULK_OPERATORS],
    [[0xfd], VECTOR_OPERATORS],
  ] as const) {
    for (const [code, operator] of table.entries()) {
      // `else` and `end` stand in `if`, and cannot stand alone.
      if (!operator || (prefix.length === 0 && (code === 0x05 || code === 0x0b))) continue;
      const head = prefix.length === 0 ? [code] : [...prefix, ...leb(code)];
      const control = prefix.length === 0 ? (CONTROL[code] ?? []) : [0];
      const alignment = operator.immediate === 'memarg' || operator.immediate === 'memarg-lane';
      const immediate = operator.immediate === 'control' ? control : IMMEDIATES[operator.immediate];
      // Lanes must be below four for the widest; v128 of a shuffle below 32.
      all.push([...head, ...(alignment ? [...immediate] : immediate)]);
    }
  }
  return all;
}

describe('the metering of core modules', () => {
  it('PL-18: reads and rewrites every operator as a second decoder, wabt, reads it', async () => {
    const wabt = await makeWabt();
    const mnemonics = (bytes: Uint8Array) => {
      const module = wabt.readWasm(bytes, FEATURES);
      const text = module.toText({ foldExprs: false, inlineExport: false });
      module.destroy();
      return text;
    };
    const operators = listOperators();
    // All of WebAssembly 2.0 and tail calls: 437 operators but `else` and `end`.
    expect(operators.length).toBe(PLAIN_COUNT + 18 + 236);
    for (const code of operators) {
      const bytes = moduleWith(code);
      const raw = mnemonics(bytes);
      // The operator in wabt's words: what stands between its `unreachable` and our constant.
      const [, name] = /unreachable\s+([\w.]+)/.exec(raw) ?? [];
      expect(raw, String(code)).toMatch(/i32\.const 4242\s+unreachable/);
      const metered = meterModule(decodeModule(bytes));
      expect(WebAssembly.validate(metered), `${name} of ${code.join()}`).toBe(true);
      const after = mnemonics(metered);
      expect(after, String(code)).toMatch(/i32\.const 4242/);
      // A nop is left out, a return jumps to the block around the body.
      if (name !== 'nop' && name !== 'return') expect(after, String(code)).toContain(name!);
    }
  });

  it('PL-01: refuses every operator that is not in the table', () => {
    const known = new Set(listOperators().map((code) => code.slice(0, code[0]! >= 0xfc ? undefined : 1).join()));
    const refuses = (code: number[]) =>
      expect(() => meterModule(decodeModule(moduleWith(code))), code.join()).toThrow(InstantiationError);
    // Exceptions, garbage collection, threads, relaxed vectors.
    for (const code of [0x06, 0x07, 0x08, 0x09, 0x0a, 0x14, 0x15, 0x18, 0x19, 0x1f, 0xd3, 0xd4, 0xfb, 0xfe, 0xff]) {
      expect(known.has(String(code))).toBe(false);
      refuses([code, 0, 0, 0]);
    }
    for (const code of [0x100, 0x113]) refuses([0xfd, (code & 0x7f) | 0x80, code >> 7]);
    refuses([0xfc, 18]);
    // A memory’s number in an address, a local, a global, a type, a label that is not there.
    for (const code of [
      [0x28, 0x40, 0, 0],
      [0x20, 9],
      [0x23, 9],
      [0x02, 9, 0x0b],
      [0x0c, 5],
      [0x10, 9],
      [0x11, 9, 0],
    ])
      refuses(code);
  });

  it('PL-18: costs the same fuel as ever', async () => {
    const core = await parseWat(`(module (memory (export "memory") 1 9) (table 1 funcref)
      (func (export "nothing"))
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func $loop (export "loop") (param i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0)))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "branch") (param i32) (result i32)
        (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.add (i32.const 1) (i32.const 2)))))
      (func (export "call") (param i32) (call $loop (local.get 0)))
      (func (export "tail") (param i32) (return_call $loop (local.get 0)))
      (func (export "locals") (local i64 i64 f32) ${'(drop (i32.const 1))'.repeat(10)})
      (func (export "trap") (i32.store (i32.const -1) (i32.const 0)))
      (func (export "square") (param f64) (result f64) (f64.sqrt (local.get 0))))`);
    const fuel = (name: string, ...args: unknown[]) => Number(runMetered(core, name, args).fuel);
    expect({
      nothing: fuel('nothing'),
      add: fuel('add', 1, 2),
      loops: [1, 2, 1000].map((turns) => fuel('loop', turns)),
      fills: [0, 63, 64, 65_536].map((size) => fuel('fill', size)),
      grows: [0, 1, 8, 9].map((pages) => fuel('grow', pages)),
      branches: [0, 1].map((way) => fuel('branch', way)),
      call: fuel('call', 3),
      tail: fuel('tail', 3),
      locals: fuel('locals'),
      trap: fuel('trap'),
      square: fuel('square', -4),
    }).toEqual(GOLDEN);
  });

  it('PL-18: metered programs do what they do without, be it a result, a trap or what they leave in memory', async () => {
    const digest = (bytes: Uint8Array | undefined) =>
      createHash('sha256')
        .update(bytes ?? '')
        .digest('hex');
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const core = await parseWat(randomProgram(seed));
      for (const args of [
        [0, 0],
        [7, -1],
        [0x7fc00001, 123_456],
      ]) {
        const metered = runMetered(core, 'run', args, { fuel: 100_000n });
        if (metered.result === 'fuel') continue;
        const raw = runRaw(core, 'run', args);
        expect([metered.result, digest(metered.memory)], `seed ${seed}`).toEqual([raw.result, digest(raw.memory)]);
        kinds.add(typeof raw.result);
      }
    }
    expect([...kinds].toSorted()).toEqual(['number', 'string']);
  });

  it('PL-01: ends what loops, recurses or grows without end, each by its own limit', async () => {
    const core = await parseWat(`(module (memory 1) (table $t 1 externref)
      (func (export "loop") (loop (br 0)))
      (func $deep (export "deep") (param i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0))))
      (func $swap (export "tail") (param i32) (return_call $swap (local.get 0)))
      (func (export "grow") (loop (br_if 0 (i32.ne (memory.grow (i32.const 64)) (i32.const -1)))) unreachable)
      (func (export "table") (result i32)
        (loop (br_if 0 (i32.ne (table.grow $t (ref.null extern) (i32.const 100)) (i32.const -1)))) (table.size $t))
      (func (export "copies") (loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br 0))))`);
    const result = (name: string, ...args: unknown[]) => runMetered(core, name, args, { fuel: 5_000_000n }).result;
    expect(result('loop')).toBe('fuel');
    expect(result('deep', 1)).toBe('stack');
    // A tail call gives back its frame: only the fuel ends it.
    expect(result('tail', 1)).toBe('fuel');
    expect(result('grow')).toBe('memory');
    expect(Number(result('table'))).toBe(9901);
    expect(result('copies')).toBe('fuel');
  });

  it('PL-18: the bits of a NaN are the same, whatever an engine makes of it', async () => {
    const core = await parseWat(`(module
      (func (export "f32") (param i32) (result i32)
        (i32.reinterpret_f32 (f32.add (f32.reinterpret_i32 (local.get 0)) (f32.const 1))))
      (func (export "f64") (param i64) (result i64)
        (i64.reinterpret_f64 (f64.mul (f64.reinterpret_i64 (local.get 0)) (f64.const -1))))
      (func (export "v") (param i32) (result i32)
        (i32x4.extract_lane 2 (f32x4.mul (f32x4.splat (f32.reinterpret_i32 (local.get 0))) (v128.const f32x4 1 1 1 1)))))`);
    for (const bits of [0x7f800001, 0x7fc12345, 0xffc00000 | 0]) {
      expect(runMetered(core, 'f32', [bits]).result).toBe(0x7fc00000);
      expect(runMetered(core, 'v', [bits]).result).toBe(0x7fc00000);
    }
    expect(runMetered(core, 'f64', [0x7ff0000000000001n]).result).toBe(0x7ff8000000000000n);
    expect(runMetered(core, 'f32', [0x3f800000]).result).toBe(0x40000000);
  });
});

/** Operators of one byte but `else` and `end`. */
const PLAIN_COUNT = 183;

/** Changed numbers mean another METER_VERSION: what was stored before would count otherwise. */
const GOLDEN = {
  nothing: 1,
  add: 4,
  loops: [6, 11, 5001],
  fills: [5, 5, 6, 1029],
  grows: [3, 1027, 8195, 3],
  branches: [6, 4],
  call: 19,
  tail: 19,
  locals: 11,
  trap: 4,
  square: 3,
};
