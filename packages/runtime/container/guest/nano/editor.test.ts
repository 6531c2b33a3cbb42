import { describe, expect, it } from 'vitest';
import { Editor, type EditorSettings } from './editor.ts';

const open = (text: string, settings: Partial<EditorSettings> = {}): { editor: Editor; saved: Map<string, string> } => {
  const saved = new Map<string, string>();
  const editor = new Editor(text, {
    name: 'f',
    isNew: false,
    rows: 10,
    columns: 80,
    numbers: false,
    readOnly: false,
    help: 'HELP',
    line: 1,
    save: (path, content) => (path.includes('/') ? 'No such file or directory' : void saved.set(path, content)),
    ...settings,
  });
  return { editor, saved };
};
const type = (editor: Editor, keys: readonly string[]): string => {
  let last = 'go on';
  for (const key of keys) last = editor.press(key);
  return last;
};

describe('TC-11 nano', () => {
  it('TC-11 types, breaks lines, joins them and takes it back', () => {
    const { editor } = open('one\ntwo\n');
    type(editor, ['\x1b[F', '!', '\r', 'x', '\x7f', '\x7f']);
    expect(editor.text).toBe('one!\ntwo\n');
    type(editor, ['\x1a', '\x1a']);
    expect(editor.text).toBe('one!\nx\ntwo\n');
    type(editor, ['\x1b[B', '\x1b[D', '\x1b[3~', '\t']);
    expect(editor.text).toContain('    ');
  });

  it('TC-11 cuts lines that come back together, and finds', () => {
    const { editor } = open('a\nb\nc\n');
    type(editor, ['\x0b', '\x0b', '\x1b[B', '\x15']);
    expect(editor.text).toBe('a\nb\nc\n');
    type(editor, ['\x17', 'A', '\r', 'X']);
    expect(editor.text.split('\n')[0]).toBe('Xa');
    type(editor, ['\x17', 'n', 'o', '\r']);
    expect(editor.screen()).toContain('"no" not found');
  });

  it('TC-11 asks before it forgets, writes, and says what went wrong', () => {
    const { editor, saved } = open('a\n');
    expect(type(editor, ['\x18'])).toBe('exit');
    expect(type(editor, ['b', '\x18'])).toBe('go on');
    expect(editor.screen()).toContain('Save modified buffer?');
    expect(type(editor, ['\x03', '\x0f', '/', 'x', '\r'])).toBe('go on');
    expect(editor.screen()).toContain('Error writing f/x: No such file or directory');
    expect(type(editor, ['\x18', 'y', '\r'])).toBe('exit');
    expect(saved.get('f')).toBe('ba\n');
    expect(type(open('a').editor, ['b', '\x18', 'n'])).toBe('exit');
  });

  it('TC-11 shows the place of the cursor in long texts and lines, and lets view mode change nothing', () => {
    const text = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join('\n');
    const { editor } = open(text, { numbers: true, line: 30 });
    expect(editor.screen()).toContain('   30 line 30');
    type(editor, ['\x03']);
    expect(editor.screen()).toContain('line 30/50, col 1/8');
    const viewed = open('a', { readOnly: true }).editor;
    type(viewed, ['x', '\x0b', '\x7f']);
    expect(viewed.text).toBe('a\n');
    expect(viewed.screen()).toContain('invalid in view mode');
    const long = open('y'.repeat(100)).editor;
    type(long, ['\x1b[F', 'z']);
    expect(long.screen()).toContain('yz');
    for (let step = 0; step < 300; step++) type(long, ['a', '\r']);
    for (let step = 0; step < 900; step++) type(long, ['\x1a']);
    expect(long.screen()).toContain('Nothing to undo');
  });
});
