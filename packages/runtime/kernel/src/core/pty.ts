import type { Ring } from '../memory/ring.ts';
import { TTY_PAGE_WORDS, TtyWord } from '../memory/tty-page.ts';

/**
 * A pseudo terminal: the line discipline between a terminal emulator and the
 * processes. Reference: termios(3), n_tty.
 */
const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const CTRL_U = 0x15;
const CTRL_W = 0x17;
const CTRL_Z = 0x1a;
const CTRL_BACKSLASH = 0x1c;
const DELETE = 0x7f;

/** The most a line in editing may hold (MAX_CANON is 4096 on Linux). */
const MAX_LINE_BYTES = 4096;

/** `signal` is for the terminal's foreground group. */
export interface PtyEvents {
  signal(name: 'SIGINT' | 'SIGQUIT' | 'SIGWINCH'): void;
  /** Bytes for the emulator. */
  output(bytes: Uint8Array<ArrayBuffer>): void;
}

/**
 * One terminal. Its modes and size lie in a page that
 * processes read without asking; only the kernel writes there.
 */
export class Pty {
  readonly page: SharedArrayBuffer;
  /** The foreground process group, which gets ^C; 0 = nobody yet. */
  foreground = 0;
  readonly #words: Int32Array;
  readonly #input: Ring;
  readonly #events: PtyEvents;
  /** Bytes of the line in editing: nobody can read them until it ends. */
  #line: number[] = [];

  /** `input` is the ring that processes read. */
  constructor(page: SharedArrayBuffer, input: Ring, events: PtyEvents) {
    this.page = page;
    this.#words = new Int32Array(page, 0, TTY_PAGE_WORDS);
    this.#input = input;
    this.#events = events;
  }

  resize(columns: number, rows: number): void {
    if (Atomics.load(this.#words, TtyWord.columns) === columns && Atomics.load(this.#words, TtyWord.rows) === rows)
      return;
    Atomics.store(this.#words, TtyWord.columns, columns);
    Atomics.store(this.#words, TtyWord.rows, rows);
    this.#events.signal('SIGWINCH');
  }

  get raw(): boolean {
    return Atomics.load(this.#words, TtyWord.raw) === 1;
  }

  setRaw(raw: boolean): void {
    Atomics.store(this.#words, TtyWord.raw, raw ? 1 : 0);
    // What was typed before the switch is not lost.
    if (raw && this.#line.length > 0) this.#deliver();
  }

  type(bytes: Uint8Array): void {
    if (this.raw) {
      this.#input.writeSome(bytes);
      return;
    }
    for (const byte of bytes) this.#cooked(byte);
  }

  /** ONLCR: what processes write, as an emulator wants it. Raw mode leaves it on, as libuv's does. */
  static toEmulator(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    let newlines = 0;
    for (const byte of bytes) if (byte === NEWLINE) newlines++;
    if (newlines === 0) return bytes;
    const result = new Uint8Array(bytes.length + newlines);
    let at = 0;
    for (const byte of bytes) {
      if (byte === NEWLINE) result[at++] = RETURN;
      result[at++] = byte;
    }
    return result;
  }

  #cooked(byte: number): void {
    switch (byte) {
      case CTRL_C:
        this.#drop('^C');
        this.#events.signal('SIGINT');
        return;
      case CTRL_BACKSLASH:
        this.#drop('^\\');
        this.#events.signal('SIGQUIT');
        return;
      case CTRL_Z:
        // Suspending is not offered (see default-action.ts).
        return;
      case CTRL_D:
        if (this.#line.length === 0) {
          Atomics.add(this.#words, TtyWord.eofCount, 1);
          this.#input.nudgeReader();
        } else this.#deliver();
        return;
      case BACKSPACE:
      case DELETE:
        this.#erase(1);
        return;
      case CTRL_U:
        this.#erase(Infinity);
        return;
      case CTRL_W:
        this.#eraseWord();
        return;
      case RETURN:
      case NEWLINE:
        this.#line.push(NEWLINE);
        this.#echo([RETURN, NEWLINE]);
        this.#deliver();
        return;
      default:
        if (this.#line.length >= MAX_LINE_BYTES) {
          this.#echo([0x07]);
          return;
        }
        this.#line.push(byte);
        this.#echo(byte < 0x20 && byte !== 0x09 ? [0x5e, byte + 0x40] : [byte]);
    }
  }

  #deliver(): void {
    this.#input.writeSome(Uint8Array.from(this.#line));
    this.#line = [];
  }

  #drop(shown: string): void {
    this.#line = [];
    this.#echo([...new TextEncoder().encode(shown)]);
  }

  #erase(characters: number): void {
    for (let left = characters; left > 0 && this.#line.length > 0; left--) {
      let byte = this.#line.pop();
      // A UTF-8 continuation byte belongs to the character before it.
      while (byte !== undefined && (byte & 0xc0) === 0x80) byte = this.#line.pop();
      this.#echo(byte !== undefined && byte < 0x20 ? [8, 8, 32, 32, 8, 8] : [8, 32, 8]);
    }
  }

  #eraseWord(): void {
    const isSpace = (): boolean => this.#line.at(-1) === 0x20;
    while (this.#line.length > 0 && isSpace()) this.#erase(1);
    while (this.#line.length > 0 && !isSpace()) this.#erase(1);
  }

  #echo(bytes: number[]): void {
    this.#events.output(Uint8Array.from(bytes));
  }
}
