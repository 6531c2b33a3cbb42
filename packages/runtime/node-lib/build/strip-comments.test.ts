import { describe, expect, it } from 'vitest';
import { stripComments } from './strip-comments.ts';

describe('stripComments', () => {
  it.each([
    ['takes line comments with the space before them', 'const a = 1; // x\n  // y\nb();', 'const a = 1;\n\nb();'],
    ['keeps the lines of a block comment', 'a();\n/*\n * x\n */\nb();', 'a();\n\n\n\nb();'],
    ['keeps columns after a comment inside a line', 'f(/* x */ 1, 2);', 'f(        1, 2);'],
    ['keeps the column after a block that ends inside a line', '/* a\n b */ f();', '\n      f();'],
    [
      'leaves texts and templates alone',
      "f('// x', `/* ${ a /* y */ } */  \n// z`, /[/*]/);",
      "f('// x', `/* ${ a         } */  \n// z`, /[/*]/);",
    ],
    ['keeps a comment that separates words apart', 'typeof/**/x', 'typeof    x'],
    ['takes a comment at the very end', 'a(); // end', 'a();'],
  ])('%s', (_title, source, expected) => {
    expect(stripComments(source)).toBe(expected);
  });

  it('never moves what it leaves', () => {
    const source = 'a(1); // x\n/* one\n two */ b(/* c */ 2); /* d */\n  c();\n';
    const stripped = stripComments(source).split('\n');
    for (const [line, text] of source.split('\n').entries()) {
      for (const name of ['a(', 'b(', 'c(', '2)']) {
        if (!text.includes(name) || text.indexOf(name) > text.length) continue;
        expect(stripped[line]!.indexOf(name)).toBe(text.indexOf(name));
      }
    }
  });
});
