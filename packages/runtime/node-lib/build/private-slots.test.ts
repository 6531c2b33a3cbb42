import { describe, expect, it } from 'vitest';
import { rewritePrivateSlots } from './private-slots.ts';
import { PrivateSlot } from '../src/private-slot.ts';

const NAMES = ['x_private_symbol'];
const rewrite = (source: string): string => rewritePrivateSlots(source, 'test', NAMES).text;

/** Runs a rewritten body with `x_private_symbol` as a slot and `o` as a holder. */
function run(body: string): unknown {
  return new Function('x_private_symbol', 'o', rewrite(body))(new PrivateSlot('x'), {});
}

describe('rewritePrivateSlots', () => {
  it.each([
    ['reads', 'return o[x_private_symbol]', undefined],
    ['writes and gives the value', 'return o[x_private_symbol] = 5', 5],
    ['reads back', 'o[x_private_symbol] = 5; return o[x_private_symbol]', 5],
    ['does ??=', 'o[x_private_symbol] ??= 1; o[x_private_symbol] ??= 2; return o[x_private_symbol]', 1],
    ['does &= on nothing', 'o[x_private_symbol] &= ~2; return o[x_private_symbol]', 0],
    ['does &= on a value', 'o[x_private_symbol] = 7; o[x_private_symbol] &= ~2; return o[x_private_symbol]', 5],
    ['keeps a parenthesised right side together', 'o[x_private_symbol] = (1, 2); return o[x_private_symbol]', 2],
    [
      'nests',
      'const p = {}; o[x_private_symbol] = p; p[x_private_symbol] = 3; return o[x_private_symbol][x_private_symbol]',
      3,
    ],
    ['leaves no trace on the holder', 'o[x_private_symbol] = 1; return Reflect.ownKeys(o).length', 0],
    ['is not inherited', 'o[x_private_symbol] = 1; return Object.create(o)[x_private_symbol]', undefined],
    ['works on frozen objects', 'Object.freeze(o); o[x_private_symbol] = 1; return o[x_private_symbol]', 1],
  ])('%s', (_title, body, expected) => {
    expect(run(body)).toBe(expected);
  });

  it('lets the slot itself be declared, imported and exported', () => {
    const source =
      'const { privateSymbols: { x_private_symbol: kX } } = b; const y = x_private_symbol; module.exports = { x_private_symbol };';
    expect(rewrite(source)).toBe(source);
  });

  it.each([
    'delete o[x_private_symbol]; f(x_private_symbol)',
    'x_private_symbol in o',
    '({ [x_private_symbol]: 1 })',
    'o?.[x_private_symbol]',
    'f()[x_private_symbol] ??= 1',
  ])('fails on a use it does not know: %s', (source) => {
    expect(() => rewrite(source)).toThrow('Cannot rewrite private symbol in "test" line 1');
  });
});
