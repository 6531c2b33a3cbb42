/**
 * The llhttp parser as WebAssembly (the build of npm's undici). This file knows
 * its memory and exports; what the callbacks mean to lib is in `http-parser.ts`.
 */

/** llhttp_errno_t, the values that are answered to or looked for here (llhttp.h). */
export const HttpErrno = { OK: 0, PAUSED: 21, PAUSED_UPGRADE: 22, USER: 24 } as const;

/** Offsets of this table are what the module imports. A non-zero answer stops the parser with that errno. */
export interface HttpEvents {
  onMessageBegin(): number;
  onUrl(text: string): number;
  onStatus(text: string): number;
  onHeaderField(text: string): number;
  onHeaderValue(text: string): number;
  /** 0 = read the body, 1 = there is none, 2 = neither a body nor a further message. */
  onHeadersComplete(statusCode: number, upgrade: boolean, shouldKeepAlive: boolean): number;
  onBody(bytes: Uint8Array<ArrayBuffer>): number;
  onMessageComplete(): number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(size: number): number;
  free(pointer: number): void;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_execute(parser: number, data: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_pause(parser: number): void;
  llhttp_resume(parser: number): void;
  llhttp_resume_after_upgrade(parser: number): void;
  llhttp_get_method(parser: number): number;
  llhttp_get_http_major(parser: number): number;
  llhttp_get_http_minor(parser: number): number;
  llhttp_get_upgrade(parser: number): number;
  llhttp_get_error_pos(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
  llhttp_errno_name(errno: number): number;
}

/** Names of the setters by bit of lib's `lenientFlags` (kLenientHeaders = 1, kLenientChunkedLength = 2, …). */
const LENIENT_SETTERS = [
  'headers',
  'chunked_length',
  'keep_alive',
  'transfer_encoding',
  'version',
  'data_after_close',
  'optional_lf_after_cr',
  'optional_crlf_after_chunk',
  'optional_cr_before_lf',
  'spaces_after_chunk_size',
] as const;

/** What one run of the parser came to: llhttp_errno_t, and how far it read. */
export interface ExecuteResult {
  readonly errno: number;
  readonly bytesParsed: number;
}

/** llhttp as WebAssembly: one instance for all parsers of a realm. */
export class Llhttp {
  readonly #exports: Exports;
  readonly #parsers = new Map<number, HttpEvents>();

  constructor(module: WebAssembly.Module) {
    // Header bytes are latin1 for lib. The view is made per call: memory that has grown is another ArrayBuffer.
    const text = (at: number, length: number): string =>
      latin1(new Uint8Array(this.#exports.memory.buffer, at, length));
    const events = (parser: number): HttpEvents => {
      const found = this.#parsers.get(parser);
      if (found === undefined) throw new Error(`Cannot dispatch an HTTP event: no parser at ${parser}`);
      return found;
    };
    const env = {
      wasm_on_message_begin: (parser: number) => events(parser).onMessageBegin(),
      wasm_on_url: (parser: number, at: number, length: number) => events(parser).onUrl(text(at, length)),
      wasm_on_status: (parser: number, at: number, length: number) => events(parser).onStatus(text(at, length)),
      wasm_on_header_field: (parser: number, at: number, length: number) =>
        events(parser).onHeaderField(text(at, length)),
      wasm_on_header_value: (parser: number, at: number, length: number) =>
        events(parser).onHeaderValue(text(at, length)),
      wasm_on_headers_complete: (parser: number, status: number, upgrade: number, keepAlive: number) =>
        events(parser).onHeadersComplete(status, upgrade !== 0, keepAlive !== 0),
      wasm_on_body: (parser: number, at: number, length: number) =>
        // A copy: the memory is freed when `execute` returns, lib keeps the body.
        events(parser).onBody(new Uint8Array(this.#exports.memory.buffer.slice(at, at + length) as ArrayBuffer)),
      wasm_on_message_complete: (parser: number) => events(parser).onMessageComplete(),
    };
    this.#exports = new WebAssembly.Instance(module, { env }).exports as unknown as Exports;
    this.#exports._initialize();
  }

  /** A parser's address in the module's memory, to be given back by `release`. `type`: 1 request, 2 response. */
  create(type: number, lenientFlags: number, events: HttpEvents): number {
    const parser = this.#exports.llhttp_alloc(type);
    this.#parsers.set(parser, events);
    LENIENT_SETTERS.forEach((name, bit) => {
      if ((lenientFlags & (1 << bit)) === 0) return;
      // Not all builds have all of them; lib asks only for flags that the pinned llhttp knows.
      const setter = Reflect.get(this.#exports, `llhttp_set_lenient_${name}`) as (
        parser: number,
        enabled: number,
      ) => void;
      setter(parser, 1);
    });
    return parser;
  }

  /** Frees the parser. An event of it afterwards would be a bug and throws. */
  release(parser: number): void {
    this.#parsers.delete(parser);
    this.#exports.llhttp_free(parser);
  }

  execute(parser: number, bytes: Uint8Array): ExecuteResult {
    // Memory of its own for each call: a callback may well run another parser.
    // One byte at least: malloc(0) may answer 0.
    const at = this.#exports.malloc(Math.max(bytes.length, 1));
    new Uint8Array(this.#exports.memory.buffer, at, bytes.length).set(bytes);
    try {
      const errno = this.#exports.llhttp_execute(parser, at, bytes.length);
      const stoppedAt = errno === HttpErrno.OK ? 0 : this.#exports.llhttp_get_error_pos(parser);
      // Without an error position everything was read, or nothing where it failed at once.
      return { errno, bytesParsed: stoppedAt === 0 ? (errno === HttpErrno.OK ? bytes.length : 0) : stoppedAt - at };
    } finally {
      this.#exports.free(at);
    }
  }

  finish(parser: number): number {
    return this.#exports.llhttp_finish(parser);
  }

  pause(parser: number, pause: boolean): void {
    if (pause) this.#exports.llhttp_pause(parser);
    else this.#exports.llhttp_resume(parser);
  }

  resumeAfterUpgrade(parser: number): void {
    this.#exports.llhttp_resume_after_upgrade(parser);
  }

  upgraded(parser: number): boolean {
    return this.#exports.llhttp_get_upgrade(parser) !== 0;
  }

  method(parser: number): number {
    return this.#exports.llhttp_get_method(parser);
  }

  version(parser: number): readonly [major: number, minor: number] {
    return [this.#exports.llhttp_get_http_major(parser), this.#exports.llhttp_get_http_minor(parser)];
  }

  errnoName(errno: number): string {
    return this.#cString(this.#exports.llhttp_errno_name(errno));
  }

  errorReason(parser: number): string {
    return this.#cString(this.#exports.llhttp_get_error_reason(parser));
  }

  #cString(at: number): string {
    if (at === 0) return '';
    // A view made anew each time: `malloc` may have grown the memory, which detaches older ones.
    const memory = new Uint8Array(this.#exports.memory.buffer);
    // C strings end in a zero byte.
    return latin1(memory.subarray(at, memory.indexOf(0, at)));
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
