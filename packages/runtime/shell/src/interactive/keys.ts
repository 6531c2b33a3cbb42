/** A paste is text of many characters. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'control'; readonly name: KeyName };

/** readline's name where it has such a function, so that its manual explains the key. */
export type KeyName =
  | 'enter'
  | 'tab'
  | 'backspace'
  | 'delete'
  | 'interrupt'
  | 'end-of-file'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'home'
  | 'end'
  | 'word-left'
  | 'word-right'
  | 'kill-word-back'
  | 'kill-word'
  | 'kill-to-start'
  | 'kill-to-end'
  | 'yank'
  | 'clear'
  | 'transpose'
  | 'search'
  | 'escape';

// Control characters by their code: ^A is 1. The keys are
// those of readline's emacs mode; ^G, which is 7, cancels.
const CONTROLS: Readonly<Record<number, KeyName>> = {
  1: 'home',
  2: 'left',
  3: 'interrupt',
  4: 'end-of-file',
  5: 'end',
  6: 'right',
  7: 'escape',
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  11: 'kill-to-end',
  12: 'clear',
  13: 'enter',
  14: 'down',
  16: 'up',
  18: 'search',
  20: 'transpose',
  21: 'kill-to-start',
  23: 'kill-word-back',
  25: 'yank',
  127: 'backspace',
};

// What follows Escape, as xterm sends it: `[` in normal mode, `O` in
// application mode, `;5` with Control and `;3` with Alt; letters alone are Alt.
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[3~': 'delete',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[1;5C': 'word-right',
  '[1;5D': 'word-left',
  '[1;3C': 'word-right',
  '[1;3D': 'word-left',
  '[5C': 'word-right',
  '[5D': 'word-left',
  '[3;5~': 'kill-word',
  b: 'word-left',
  f: 'word-right',
  d: 'kill-word',
  '\x7f': 'kill-word-back',
  '\b': 'kill-word-back',
};

const ESCAPE = 0x1b;

/** Reads keys byte by byte, so that what the editor does not need stays in the terminal for the next program. */
export class KeyReader {
  readonly #readByte: () => number | undefined;

  /** `readByte`: the next byte, -1 at the end of the input, `undefined` when a signal came. */
  constructor(readByte: () => number | undefined) {
    this.#readByte = readByte;
  }

  /** The next key; `undefined`: a signal came; `'end'`: the terminal is gone. */
  read(): Key | 'end' | undefined {
    const first = this.#readByte();
    if (first === undefined) return undefined;
    if (first < 0) return 'end';
    if (first === ESCAPE) return this.#sequence();
    const control = CONTROLS[first];
    if (control !== undefined) return { kind: 'control', name: control };
    // Control characters without a meaning do nothing, where writing them would move the cursor.
    if (first < 0x20) return { kind: 'text', text: '' };
    return { kind: 'text', text: this.#character(first) };
  }

  #next(): number {
    for (;;) {
      const byte = this.#readByte();
      // A signal in the middle of a key waits until the key is complete.
      if (byte !== undefined) return byte;
    }
  }

  /**
   * One code point of UTF-8, by the length that its first
   * byte announces. What is no UTF-8 becomes U+FFFD.
   */
  #character(first: number): string {
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    const bytes = [first];
    while (bytes.length < length) {
      const byte = this.#next();
      if (byte < 0) break;
      bytes.push(byte);
    }
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  /** Waits for the byte behind Escape, however long: Escape alone is a key only together with the next one. */
  #sequence(): Key | 'end' {
    let text = '';
    for (;;) {
      const byte = this.#next();
      if (byte < 0) return 'end';
      text += String.fromCharCode(byte);
      if (text === '[' || text === 'O') continue;
      // A control sequence ends with a byte from @ on; anything else is one character after Escape.
      // No sequence is longer; what is comes from a paste and must not swallow it all.
      if (!text.startsWith('[') || (byte >= 0x40 && byte <= 0x7e) || text.length > 16) break;
    }
    const name = SEQUENCES[text];
    return name === undefined ? { kind: 'text', text: '' } : { kind: 'control', name };
  }
}
