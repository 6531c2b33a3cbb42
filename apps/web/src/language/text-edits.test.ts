import { describe, expect, it } from 'vitest';
import { absolutePathOf, pathOf, uriOf } from './project-uri.ts';
import { applyTextEdits, MOST_EDITED_FILES, parseWorkspaceEdit } from './text-edits.ts';

const edit = (line: number, from: number, to: number, newText: string) => ({
  range: { start: { line, character: from }, end: { line, character: to } },
  newText,
});

describe('edits of a language server', () => {
  it('UX-09 count in the text before them, in any order and with any line ends', () => {
    expect(
      applyTextEdits('let a = a;\nuse(a)', [edit(1, 4, 5, 'bee'), edit(0, 4, 5, 'bee'), edit(0, 8, 9, 'bee')]),
    ).toBe('let bee = bee;\nuse(bee)');
    expect(applyTextEdits('one\r\ntwo\r\n', [edit(0, 3, 99, '!'), edit(2, 0, 0, 'three')])).toBe(
      'one!\r\ntwo\r\nthree',
    );
    expect(applyTextEdits('x', [edit(0, 0, 0, 'a'), edit(0, 0, 0, 'b'), edit(9, 9, 9, 'z')])).toBe('abxz');
  });

  it('UX-09 are refused where two of them meet', () => {
    expect(() => applyTextEdits('abcdef', [edit(0, 0, 3, ''), edit(0, 2, 4, '')])).toThrow('two of the edits meet');
    expect(() => applyTextEdits('abcdef', [edit(0, 3, 1, '')])).toThrow('two of the edits meet');
  });

  it('UX-09 come in two shapes; what makes or removes files is none of them', () => {
    const edits = [edit(0, 0, 1, 'x')];
    expect(parseWorkspaceEdit({ changes: { 'file:///a': edits, 'file:///b': [] } })).toEqual([
      { uri: 'file:///a', edits },
    ]);
    expect(
      parseWorkspaceEdit({ documentChanges: [{ textDocument: { uri: 'file:///a', version: 1 }, edits }] }),
    ).toEqual([{ uri: 'file:///a', edits }]);
    expect(parseWorkspaceEdit({ documentChanges: [{ kind: 'delete', uri: 'file:///a' }] })).toBeUndefined();
    expect(parseWorkspaceEdit({ changes: { 'file:///a': [{ ...edits[0], newText: 1 }] } })).toBeUndefined();
    expect(parseWorkspaceEdit(null)).toBeUndefined();
    const many = Object.fromEntries(Array.from({ length: MOST_EDITED_FILES + 1 }, (_, n) => [`file:///${n}`, edits]));
    expect(parseWorkspaceEdit({ changes: many })).toBeUndefined();
  });

  it('UX-09 name files by addresses, of which no other way out of the project leads', () => {
    const root = '/home/project';
    expect(uriOf(root, 'src/a b#?.ts')).toBe('file:///home/project/src/a%20b%23%3F.ts');
    for (const path of ['src/a b#?.ts', 'src/[id]/(x)@y.tsx', 'grüße.css', '100%.json'])
      expect(pathOf(root, uriOf(root, path))).toBe(path);
    expect(pathOf(root, 'file:///home/project/src/%5Bid%5D.ts')).toBe('src/[id].ts');
    for (const uri of [
      'file:///home/project',
      'file:///home/projects/a',
      'file:///home/project/%2e%2e/x',
      'file:///home/project/a%2f..%2f..%2fx',
      'file:///home/project/%',
      'https://example.org/home/project/a',
      '',
    ])
      expect(pathOf(root, uri)).toBeUndefined();
    expect(absolutePathOf('file:///home/.slipway/lib.d.ts')).toBe('/home/.slipway/lib.d.ts');
  });
});
