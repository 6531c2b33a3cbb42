/** What follows an operator's code. */
export type Immediate =
  | 'none'
  | 'memarg'
  | 'memarg-lane'
  | 'lane'
  | 'v128'
  | 'leb'
  | 'f32'
  | 'f64'
  | 'index'
  | 'two-indices'
  | 'control';

/** How the NaN of an operator's result is made the same in every engine. */
export type NanShape = 'f32' | 'f64' | 'f32x4' | 'f64x2';

/** An operator with a fixed effect on the stack; those of `control` have their own rules. */
export interface Operator {
  readonly immediate: Immediate;
  readonly pops: number;
  readonly pushes: number;
  readonly nan?: NanShape;
}

/** Operators of one byte, by that byte. */
export const PLAIN_OPERATORS: readonly (Operator | undefined)[] = plainOperators();
/** Behind the prefix 0xfc. */
export const BULK_OPERATORS: readonly (Operator | undefined)[] = bulkOperators();
/** Behind the prefix 0xfd: the 236 of the fixed-width proposal; relaxed ones start at 0x100 and are refused. */
export const VECTOR_OPERATORS: readonly (Operator | undefined)[] = vectorOperators();

type Table = (Operator | undefined)[];

function fill(
  table: Table,
  [first, last]: readonly [number, number],
  [pops, pushes]: readonly [number, number],
  more: { immediate?: Immediate; nan?: NanShape } = {},
): void {
  for (let code = first; code <= last; code++) table[code] = { immediate: 'none', pops, pushes, ...more };
}

function plainOperators(): Table {
  const table: Table = new Array(256);
  // unreachable, nop, block, loop, if, else; end, br, br_if, br_table, return, call, call_indirect and their tail
  // calls.
  fill(table, [0x00, 0x05], [0, 0], { immediate: 'control' });
  fill(table, [0x0b, 0x13], [0, 0], { immediate: 'control' });
  fill(table, [0x1a, 0x1a], [1, 0]);
  fill(table, [0x1b, 0x1b], [3, 1]);
  fill(table, [0x1c, 0x1c], [3, 1], { immediate: 'control' });
  fill(table, [0x20, 0x24], [0, 0], { immediate: 'control' });
  fill(table, [0x25, 0x25], [1, 1], { immediate: 'index' });
  fill(table, [0x26, 0x26], [2, 0], { immediate: 'index' });
  fill(table, [0x28, 0x35], [1, 1], { immediate: 'memarg' });
  fill(table, [0x36, 0x3e], [2, 0], { immediate: 'memarg' });
  fill(table, [0x3f, 0x3f], [0, 1], { immediate: 'index' });
  fill(table, [0x40, 0x40], [1, 1], { immediate: 'control' });
  fill(table, [0x41, 0x42], [0, 1], { immediate: 'leb' });
  fill(table, [0x43, 0x43], [0, 1], { immediate: 'f32' });
  fill(table, [0x44, 0x44], [0, 1], { immediate: 'f64' });
  fill(table, [0x45, 0xc4], [1, 1]);
  // Comparisons and arithmetic of two operands.
  for (const range of [
    [0x46, 0x4f],
    [0x51, 0x66],
    [0x6a, 0x78],
    [0x7c, 0x8a],
  ] as const)
    fill(table, range, [2, 1]);
  fill(table, [0x98, 0x98], [2, 1]);
  fill(table, [0xa6, 0xa6], [2, 1]);
  // Those of floats that may make a NaN, whose bits the engine chooses: ceil to sqrt, add to max, demote, promote.
  fill(table, [0x8d, 0x91], [1, 1], { nan: 'f32' });
  fill(table, [0x92, 0x97], [2, 1], { nan: 'f32' });
  fill(table, [0x9b, 0x9f], [1, 1], { nan: 'f64' });
  fill(table, [0xa0, 0xa5], [2, 1], { nan: 'f64' });
  fill(table, [0xb6, 0xb6], [1, 1], { nan: 'f32' });
  fill(table, [0xbb, 0xbb], [1, 1], { nan: 'f64' });
  fill(table, [0xd0, 0xd0], [0, 1], { immediate: 'control' });
  fill(table, [0xd1, 0xd1], [1, 1]);
  fill(table, [0xd2, 0xd2], [0, 1], { immediate: 'index' });
  return table;
}

function bulkOperators(): Table {
  const table: Table = new Array(18);
  fill(table, [0, 7], [1, 1]);
  fill(table, [8, 8], [3, 0], { immediate: 'two-indices' });
  fill(table, [9, 9], [0, 0], { immediate: 'index' });
  fill(table, [10, 10], [3, 0], { immediate: 'two-indices' });
  fill(table, [11, 11], [3, 0], { immediate: 'index' });
  fill(table, [12, 12], [3, 0], { immediate: 'two-indices' });
  fill(table, [13, 13], [0, 0], { immediate: 'index' });
  fill(table, [14, 14], [3, 0], { immediate: 'two-indices' });
  fill(table, [15, 15], [2, 1], { immediate: 'control' });
  fill(table, [16, 16], [0, 1], { immediate: 'index' });
  fill(table, [17, 17], [3, 0], { immediate: 'index' });
  return table;
}

function vectorOperators(): Table {
  const table: Table = new Array(256);
  // Two operands is the rule: comparisons, arithmetic, shifts.
  fill(table, [0x23, 0xff], [2, 1]);
  fill(table, [0x00, 0x0a], [1, 1], { immediate: 'memarg' });
  fill(table, [0x0b, 0x0b], [2, 0], { immediate: 'memarg' });
  fill(table, [0x0c, 0x0c], [0, 1], { immediate: 'v128' });
  fill(table, [0x0d, 0x0d], [2, 1], { immediate: 'v128' });
  fill(table, [0x0e, 0x0e], [2, 1]);
  fill(table, [0x0f, 0x14], [1, 1]);
  fill(table, [0x15, 0x22], [1, 1], { immediate: 'lane' });
  for (const code of [0x17, 0x1a, 0x1c, 0x1e, 0x20, 0x22]) fill(table, [code, code], [2, 1], { immediate: 'lane' });
  fill(table, [0x4d, 0x4d], [1, 1]);
  fill(table, [0x52, 0x52], [3, 1]);
  fill(table, [0x53, 0x53], [1, 1]);
  fill(table, [0x54, 0x57], [2, 1], { immediate: 'memarg-lane' });
  fill(table, [0x58, 0x5b], [2, 0], { immediate: 'memarg-lane' });
  fill(table, [0x5c, 0x5d], [1, 1], { immediate: 'memarg' });
  // Of one operand, by rows of the proposal's table.
  const one = [
    [0x5e, 0x64], [0x67, 0x6a], [0x74, 0x75], [0x7a, 0x7a], [0x7c, 0x81], [0x83, 0x84], [0x87, 0x8a], [0x94, 0x94],
    [0xa0, 0xa1], [0xa3, 0xa4], [0xa7, 0xaa], [0xc0, 0xc1], [0xc3, 0xc4], [0xc7, 0xca], [0xe0, 0xe1], [0xe3, 0xe3],
    [0xec, 0xed], [0xef, 0xef], [0xf8, 0xff],
  ] as const; // prettier-ignore
  for (const range of one) fill(table, range, [1, 1]);
  for (const code of [0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb, 0xc2, 0xc5, 0xc6]) delete table[code];
  for (const code of [0xcf, 0xd0, 0xd2, 0xd3, 0xd4, 0xe2, 0xee]) delete table[code];
  for (const code of [0x5e, 0x67, 0x68, 0x69, 0x6a, 0xe3]) fill(table, [code, code], [1, 1], { nan: 'f32x4' });
  fill(table, [0xe4, 0xe9], [2, 1], { nan: 'f32x4' });
  for (const code of [0x5f, 0x74, 0x75, 0x7a, 0x94, 0xef]) fill(table, [code, code], [1, 1], { nan: 'f64x2' });
  fill(table, [0xf0, 0xf5], [2, 1], { nan: 'f64x2' });
  return table;
}
