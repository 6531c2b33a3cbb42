/** Numbers that look random and are the same for the same seed (mulberry32). */
export function makeRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const BINARY = 'add sub mul and or xor shl shr_s shr_u rotl div_s rem_u lt_s eq'.split(' ');
const FLOAT = ['add', 'sub', 'mul', 'div', 'min', 'max'];

/**
 * A valid program in WAT from a seed: `run(a, b)` with nested blocks, loops that end, jumps out
 * of several blocks, tables of jumps, calls, floats and memory. Some of them trap.
 */
export function randomProgram(seed: number): string {
  const random = makeRandom(seed);
  const value = (depth: number): string => {
    if (depth <= 0) return random(2) === 0 ? `(i32.const ${random(2 ** 32) | 0})` : `(local.get ${random(4)})`;
    switch (random(9)) {
      case 0:
        return `(i32.load offset=${random(64)} (i32.and ${value(depth - 1)} (i32.const 0x7fff)))`;
      case 1:
        return `(if (result i32) ${value(depth - 1)} (then ${value(depth - 1)}) (else ${value(depth - 1)}))`;
      case 2:
        return `(select ${value(depth - 1)} ${value(depth - 1)} ${value(depth - 1)})`;
      case 3:
        // Not its bits: those of a NaN are what metering changes.
        return `(i32.trunc_sat_f32_s ${float(depth - 1)})`;
      case 4:
        return `(block (result i32) (br_if 0 ${value(depth - 1)} ${value(depth - 1)}))`;
      case 5:
        return `(call $helper ${value(depth - 1)})`;
      default:
        return `(i32.${BINARY[random(BINARY.length)]} ${value(depth - 1)} ${value(depth - 1)})`;
    }
  };
  const float = (depth: number): string =>
    depth <= 0
      ? `(f32.reinterpret_i32 (local.get ${random(4)}))`
      : `(f32.${FLOAT[random(FLOAT.length)]} ${float(depth - 1)} (f32.convert_i32_s ${value(depth - 1)}))`;
  const statement = (depth: number, labels: number): string => {
    const body = (extra: number) =>
      Array.from({ length: 1 + random(3) }, () => statement(depth - 1, labels + extra)).join(' ');
    if (depth <= 0) return `(local.set ${random(4)} ${value(2)})`;
    switch (random(8)) {
      case 0:
        return `(block ${body(1)})`;
      case 1: {
        // Whether it turns again is asked behind what it does: it turns twelve times at most.
        return `(local.set 5 (i32.const 0)) (block (loop ${body(2)}
          (local.set 5 (i32.add (local.get 5) (i32.const 1)))
          (br_if 0 (i32.lt_u (local.tee 4 (i32.add (local.get 4) (i32.const 1))) (i32.const 12)))))`;
      }
      case 2:
        return labels === 0 ? `(drop ${value(2)})` : `(br_if ${random(labels)} (i32.and ${value(2)} (i32.const 1)))`;
      case 3:
        return `(block (block (block (br_table 0 1 2 1 (i32.and ${value(2)} (i32.const 7)))) ${body(2)}) ${body(1)})`;
      case 4:
        return `(i32.store offset=8 (i32.and ${value(2)} (i32.const 0x7fff)) ${value(2)})`;
      case 5:
        return `(memory.fill (i32.and ${value(1)} (i32.const 0xfff)) ${value(1)} (i32.and ${value(1)} (i32.const 0xff)))`;
      case 6:
        return `(if ${value(2)} (then ${body(1)}) (else ${body(1)}))`;
      default:
        return `(local.set ${random(4)} ${value(3)})`;
    }
  };
  // A jump back to a loop's head is one of the labels: the count in local 4 ends those, too.
  const statements = Array.from({ length: 5 }, () => statement(3, 0)).join('\n  ');
  return `(module (memory (export "memory") 1)
  (func $helper (param i32) (result i32) (i32.xor (local.get 0) (i32.const ${random(2 ** 31)})))
  (func (export "run") (param i32 i32) (result i32) (local i32 i32 i32 i32)
  ${statements}
  (i32.add (local.get 0) (i32.add (local.get 2) (local.get 3)))))`;
}
