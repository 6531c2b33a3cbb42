import { describe, expect, it } from 'vitest';
import { Ring } from '../memory/ring.ts';
import { allocateTtyPage, readTty, takeTtyEof } from '../memory/tty-page.ts';
import { Pty } from './pty.ts';

function makePty() {
  const input = new Ring(Ring.allocate(8192), 0);
  const signals: string[] = [];
  let shown = '';
  const pty = new Pty(allocateTtyPage(80, 24), input, {
    signal: (name) => signals.push(name),
    output: (bytes) => (shown += new TextDecoder().decode(bytes)),
  });
  const type = (text: string): void => pty.type(new TextEncoder().encode(text));
  const read = (): string => {
    const into = new Uint8Array(8192);
    return new TextDecoder().decode(into.subarray(0, input.readSome(into)));
  };
  return { pty, type, read, signals, shown: () => shown };
}

describe('Pty', () => {
  it('delivers a line only when it is complete, and echoes it', () => {
    const { type, read, shown } = makePty();
    type('hel');
    expect(read()).toBe('');
    type('lo\r');
    expect(read()).toBe('hello\n');
    expect(shown()).toBe('hello\r\n');
  });

  it('erases whole characters, words and lines', () => {
    const { type, read } = makePty();
    type('ab\u00e9\x7fc one two\x17\rgone\x15here\r');
    expect(read()).toBe('abc one \nhere\n');
  });

  it('turns ^C into SIGINT and forgets the line', () => {
    const { type, read, signals } = makePty();
    type('half\x03whole\r');
    expect(signals).toEqual(['SIGINT']);
    expect(read()).toBe('whole\n');
  });

  it('makes ^D on an empty line one end-of-file, and delivers a begun line without newline', () => {
    const { pty, type, read } = makePty();
    type('ab\x04');
    expect(read()).toBe('ab');
    expect(takeTtyEof(pty.page)).toBe(false);
    type('\x04');
    expect(takeTtyEof(pty.page)).toBe(true);
    expect(takeTtyEof(pty.page)).toBe(false);
  });

  it('passes every byte in raw mode, ^C too, and keeps what was typed before', () => {
    const { pty, type, read, signals } = makePty();
    type('ab');
    pty.setRaw(true);
    type('\x03\x1b[A');
    expect(read()).toBe('ab\x03\x1b[A');
    expect(signals).toEqual([]);
  });

  it('tells processes its size and signals a change once', () => {
    const { pty, signals } = makePty();
    pty.resize(100, 30);
    pty.resize(100, 30);
    expect(readTty(pty.page)).toEqual({ columns: 100, rows: 30, raw: false });
    expect(signals).toEqual(['SIGWINCH']);
  });

  it('gives the emulator carriage returns', () => {
    expect(new TextDecoder().decode(Pty.toEmulator(new TextEncoder().encode('a\nb\n')))).toBe('a\r\nb\r\n');
  });
});
