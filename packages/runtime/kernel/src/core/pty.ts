import { Ring } from './ring.ts';

/**
 * A pseudo terminal: the line discipline between a terminal emulator and the
 * processes. Reference: termios(3), n_tty.
 *
 * The page beside the rings, readable by processes:
 *   word 0 columns, word 1 rows, word 2 raw mode, word 3 pending end-of-files
 *   (^D on an empty line is one read of zero bytes, not the end of the stream).
 */
const COLUMNS = 0;
const ROWS = 1;
const RAW = 2;
const EOF_COUNT = 3;
const PAGE_WORDS = 8;

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

export function allocateTtyPage(columns: number, rows: number): SharedArrayBuffer {
  const page = new SharedArrayBuffer(PAGE_WORDS * 4);
  const words = new Int32Array(page, 0, PAGE_WORDS);
  words[COLUMNS] = columns;
  words[ROWS] = rows;
  return page;
}

/** What a process reads about its terminal. */
export function readTty(page: SharedArrayBuffer): { columns: number; rows: number; raw: boolean } {
  const words = new Int32Array(page, 0, PAGE_WORDS);
  return { columns: Atomics.load(words, COLUMNS), rows: Atomics.load(words, ROWS), raw: Atomics.load(words, RAW) === 1 };
}

/** Takes one pending end-of-file; true when the caller's read shall return zero bytes. */
export function takeTtyEof(page: SharedArrayBuffer): boolean {
  const words = new Int32Array(page, 0, PAGE_WORDS);
  for (;;) {
    const pending = Atomics.load(words, EOF_COUNT);
    if (pending === 0) return false;
    if (Atomics.compareExchange(words, EOF_COUNT, pending, pending - 1) === pending) return true;
  }
}

export interface PtyEvents {
  /** A signal for the foreground group. */
  signal(name: 'SIGINT' | 'SIGQUIT' | 'SIGWINCH'): void;
  /** Bytes for the emulator. */
  output(bytes: Uint8Array<ArrayBuffer>): void;
}

export class Pty {
  readonly page: SharedArrayBuffer;
  /** The foreground process group, which gets ^C; 0 = nobody yet. */
  foreground = 0;
  readonly #words: Int32Array;
  readonly #input: Ring;
  readonly #events: PtyEvents;
  #line: number[] = [];

  /** `input` is the ring that processes read. */
  constructor(page: SharedArrayBuffer, input: Ring, events: PtyEvents) {
    this.page = page;
    this.#words = new Int32Array(page, 0, PAGE_WORDS);
    this.#input = input;
    this.#events = events;
  }

  resize(columns: number, rows: number): void {
    if (Atomics.load(this.#words, COLUMNS) === columns && Atomics.load(this.#words, ROWS) === rows) return;
    Atomics.store(this.#words, COLUMNS, columns);
    Atomics.store(this.#words, ROWS, rows);
    this.#events.signal('SIGWINCH');
  }

  get raw(): boolean {
    return Atomics.load(this.#words, RAW) === 1;
  }

  setRaw(raw: boolean): void {
    Atomics.store(this.#words, RAW, raw ? 1 : 0);
    // What was typed before the switch is not lost.
    if (raw && this.#line.length > 0) this.#deliver();
  }

  /** Keys from the emulator. */
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
        // Suspending is not offered (see signals.ts).
        return;
      case CTRL_D:
        if (this.#line.length === 0) {
          Atomics.add(this.#words, EOF_COUNT, 1);
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
