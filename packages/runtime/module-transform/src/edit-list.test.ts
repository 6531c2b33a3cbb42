import { describe, expect, it } from 'vitest';
import { Bail } from './bail.ts';
import { EditList, originalColumn } from './edit-list.ts';

describe('an edit list', () => {
  it('keeps lines and columns when it blanks', () => {
    const source = 'import {\n  a\r\n} from "x"; f()';
    const edits = new EditList();
    edits.blank(0, source.indexOf(' f()'), ';');
    expect(edits.apply(source)).toBe(';       \n   \r\n            f()');
  });

  it('refuses to go back', () => {
    const edits = new EditList();
    edits.replace(4, 6, 'x');
    expect(() => edits.insert(5, 'y')).toThrow(Bail);
  });

  it('tells the old column of every place in the new text', () => {
    const source = 'x\nlet a = await f(1), b = ref + 1;';
    const line = source.slice(2);
    const edits = new EditList();
    const at = (text: string): number => source.indexOf(text);
    edits.insert(at(' f(1)'), ' A(');
    edits.insert(at(', b'), ')');
    edits.replace(at('ref'), at('ref') + 3, 'R0.ref');
    const changed = edits.apply(source).split('\n')[1] as string;
    expect(changed).toBe('let a = await A( f(1)), b = R0.ref + 1;');
    const shifts = edits.columnShifts(source);
    for (const [now, before] of [
      ['let', 'let'],
      ['f(1)', 'f(1)'],
      ['b =', 'b ='],
      ['R0', 'ref'],
      ['ref +', 'ref'],
      ['+ 1', '+ 1'],
    ] as const) {
      expect(originalColumn(shifts, 2, changed.indexOf(now))).toBe(line.indexOf(before));
    }
    expect(originalColumn(shifts, 1, 0)).toBe(0);
  });

  it('survives storage', () => {
    const edits = new EditList();
    edits.blank(0, 3, ';');
    edits.replace(4, 5, 'yy');
    expect(EditList.decode(JSON.parse(JSON.stringify(edits.encode()))).apply('abcdef')).toBe(edits.apply('abcdef'));
  });
});
