import { describe, expect, it } from 'vitest';
import { minify } from './minify.ts';

describe('minify', () => {
  it.each([
    ['drops comments and white space', 'const a = 1; // x\n/* y */ const b = [ a, 2 ];\n', 'const a=1;const b=[a,2];'],
    ['keeps a break that ends a statement', 'a = b\nc()', 'a=b\nc()'],
    ['keeps a break after return', 'function f() { return\n1 }', 'function f(){return\n1}'],
    ['keeps x++ apart from the next line', 'x++\ny', 'x++\ny'],
    ['keeps words apart', 'typeof x in y', 'typeof x in y'],
    ['keeps signs apart', 'a + +b - -c + ++d', 'a+ +b- -c+ ++d'],
    ['keeps a number apart from a dot', '1 .toString()', '1 .toString()'],
    ['keeps a division apart from a pattern', 'a / /b/.exec(c)', 'a/ /b/.exec(c)'],
    ['leaves templates alone', 'f(`a  ${ b }  // c`)', 'f(`a  ${b}  // c`)'],
    ['keeps private names apart', 'class A { static #x = 1; static has(o) { return #x in o } }', 'class A{static #x=1;static has(o){return #x in o}}'],
    ['keeps every name', 'const f = hide(function f() {});', 'const f=hide(function f(){});'],
    ['escapes what is not ASCII', "x = 'ä' + /[–]/ + `→`", "x='\\u00e4'+/[\\u2013]/+`\\u2192`"],
    ['never makes an HTML comment', 'a < !--b', 'a< !--b'],
  ])('%s', (_title, source, expected) => {
    expect(minify(source)).toBe(expected);
  });
});
