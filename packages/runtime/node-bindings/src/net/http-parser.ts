import type { BindingFactory, Foreign, Realm } from '../realm.ts';
import { AsyncWrap, NO_PROVIDER } from './async-wrap.ts';
import { ConnectionsList as Connections, type Connection } from './connections-list.ts';
import { HttpErrno, Llhttp, type HttpEvents } from './llhttp.ts';
import { plainView, type StreamBase } from './stream-base.ts';
import { compileShippedWasm } from './wasm-module.ts';

/** Slots on the parser object in which lib leaves its callbacks. */
const Slot = { messageBegin: 0, headers: 1, headersComplete: 2, body: 3, messageComplete: 4, execute: 5, timeout: 6 } as const;

const REQUEST = 1;
const DEFAULT_MAX_HEADER_BYTES = 16 * 1024;

/**
 * One HTTP/1 connection half. Reference: Parser in Node src/node_http_parser.cc.
 *
 * lib keeps properties of its own on the object, so all state is private. An
 * exception in a callback stops llhttp and leaves `execute` as it came.
 */
class HttpParser extends AsyncWrap implements Connection {
  readonly #realm: Realm;
  readonly #llhttp: () => Llhttp;
  #parser = 0;
  #type = REQUEST;
  #maxHeaderBytes = DEFAULT_MAX_HEADER_BYTES;
  #list: Connections<HttpParser> | null = null;
  #messageStart = 0;
  #headersComplete = false;

  #url = '';
  #statusMessage = '';
  /** Names and values in turn. */
  #headers: string[] = [];
  #lastWasValue = true;
  #headerBytes = 0;

  #depth = 0;
  #pendingPause = false;
  #overflow = false;
  #thrown: { error: unknown } | null = null;
  #current: Uint8Array | null = null;
  #consumed: StreamBase | null = null;

  constructor(realm: Realm, llhttp: () => Llhttp) {
    super(realm, NO_PROVIDER);
    this.#realm = realm;
    this.#llhttp = llhttp;
  }

  get messageStart(): number {
    return this.#messageStart;
  }

  get headersComplete(): boolean {
    return this.#headersComplete;
  }

  /** Parser::Initialize */
  initialize(type: number, resource: object, maxHeaderBytes: number | undefined, lenientFlags: number | undefined, list: Connections<HttpParser> | undefined): void {
    this.#free();
    AsyncWrap.reset(this, type === REQUEST ? 'HTTPINCOMINGMESSAGE' : 'HTTPCLIENTREQUEST', resource);
    this.#type = type;
    this.#maxHeaderBytes = maxHeaderBytes || Number(this.#realm.data.options.values['--max-http-header-size'] ?? DEFAULT_MAX_HEADER_BYTES);
    this.#parser = this.#llhttp().create(type, lenientFlags ?? 0, this.#events());
    this.#resetMessage();
    this.#headersComplete = false;
    this.#pendingPause = false;
    this.#list = list ?? null;
    if (this.#list === null) return;
    // Counted from the start: a client that connects and says nothing must expire too.
    this.#messageStart = this.#realm.loop.now() || 1;
    Connections.add(this.#list, this, true);
  }

  /** Parser::Execute on bytes lib has read itself: bytes parsed, or an Error that says where it stopped. */
  execute(buffer: Uint8Array): number | Error {
    return this.#execute(plainView(buffer)) as number | Error;
  }

  /** End of the stream: `undefined`, or an Error. */
  finish(): Error | undefined {
    return this.#execute(null) as Error | undefined;
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  /** Parser::Consume: reads the handle itself, so body bytes do not pass lib's streams. */
  consume(stream: StreamBase): void {
    this.#consumed = stream;
    // Errors and the end still go to the handle's own `onread`.
    stream.setListener({ onData: (bytes) => this.#onStreamData(bytes) });
  }

  unconsume(): void {
    this.#consumed?.setListener(null);
    this.#consumed = null;
  }

  getCurrentBuffer(): Foreign {
    return this.#current === null ? undefined : this.#realm.requireBuiltin('buffer').Buffer.from(this.#current);
  }

  /** Out of the server's list; the parser itself goes back to lib's free list. */
  remove(): void {
    if (this.#list !== null) Connections.remove(this.#list, this);
  }

  /** Parser::Free: lib will use this object for another connection. */
  free(): void {
    AsyncWrap.end(this);
  }

  close(): void {
    this.#free();
  }

  #free(): void {
    this.remove();
    if (this.#parser !== 0) this.#llhttp().release(this.#parser);
    this.#parser = 0;
  }

  #setPaused(paused: boolean): void {
    if (this.#depth > 0) this.#pendingPause = paused;
    else if (this.#parser !== 0) this.#llhttp().pause(this.#parser, paused);
  }

  #onStreamData(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    const result = this.#execute(bytes);
    this.#current = bytes;
    try {
      AsyncWrap.callMethod(this, String(Slot.execute), result);
    } finally {
      this.#current = null;
    }
  }

  /** `null` means the end of the stream. */
  #execute(bytes: Uint8Array | null): number | Error | undefined {
    const llhttp = this.#llhttp();
    const parser = this.#parser;
    if (parser === 0) throw new Error('Cannot parse HTTP: the parser is closed');
    this.#thrown = null;
    this.#overflow = false;
    this.#current = bytes;
    this.#depth++;
    let errno: number;
    let bytesParsed = 0;
    try {
      if (bytes === null) errno = llhttp.finish(parser);
      else ({ errno, bytesParsed } = llhttp.execute(parser, bytes));
    } finally {
      this.#depth--;
      this.#current = null;
    }
    // A callback may have closed the parser under us.
    const alive = this.#parser === parser;
    if (errno === HttpErrno.PAUSED_UPGRADE) {
      errno = HttpErrno.OK;
      if (alive) llhttp.resumeAfterUpgrade(parser);
    }
    if (this.#pendingPause && alive) {
      this.#pendingPause = false;
      llhttp.pause(parser, true);
    }
    const thrown = this.#takeThrown();
    if (thrown !== null) throw thrown.error;
    if (errno !== HttpErrno.OK && alive && !llhttp.upgraded(parser)) return this.#parseError(errno, bytesParsed);
    return bytes === null ? undefined : bytesParsed;
  }

  #takeThrown(): { error: unknown } | null {
    return this.#thrown;
  }

  #parseError(errno: number, bytesParsed: number): Error {
    const llhttp = this.#llhttp();
    const [code, reason] = this.#overflow ? ['HPE_HEADER_OVERFLOW', 'Header overflow'] : [llhttp.errnoName(errno), llhttp.errorReason(this.#parser)];
    return Object.assign(new Error('Parse Error'), { bytesParsed, code, reason });
  }

  // --- what llhttp reports

  #events(): HttpEvents {
    return {
      onMessageBegin: () => {
        this.#resetMessage();
        this.#headersComplete = false;
        if (this.#list !== null) {
          this.#messageStart = this.#realm.loop.now() || 1;
          Connections.add(this.#list, this, true);
        }
        return this.#call(Slot.messageBegin, []) === FAILED ? HttpErrno.USER : 0;
      },
      onUrl: (text) => {
        this.#url += text;
        return this.#countHeaderBytes(text.length);
      },
      onStatus: (text) => {
        this.#statusMessage += text;
        return this.#countHeaderBytes(text.length);
      },
      onHeaderField: (text) => {
        if (this.#lastWasValue) this.#headers.push(text);
        else this.#headers[this.#headers.length - 1] += text;
        this.#lastWasValue = false;
        return this.#countHeaderBytes(text.length);
      },
      onHeaderValue: (text) => {
        if (!this.#lastWasValue) this.#headers.push(text);
        else this.#headers[this.#headers.length - 1] += text;
        this.#lastWasValue = true;
        return this.#countHeaderBytes(text.length);
      },
      onHeadersComplete: (statusCode, upgrade, keepAlive) => this.#onHeadersComplete(statusCode, upgrade, keepAlive),
      onBody: (bytes) => {
        const { Buffer } = this.#realm.requireBuiltin('buffer');
        return this.#call(Slot.body, [Buffer.from(bytes.buffer)]) === FAILED ? HttpErrno.USER : 0;
      },
      onMessageComplete: () => this.#onMessageComplete(),
    };
  }

  #onHeadersComplete(statusCode: number, upgrade: boolean, keepAlive: boolean): number {
    const llhttp = this.#llhttp();
    this.#headersComplete = true;
    this.#headerBytes = 0;
    const headers = this.#takeHeaders();
    const [major, minor] = llhttp.version(this.#parser);
    const isRequest = this.#type === REQUEST;
    const answer = this.#call(Slot.headersComplete, [
      major,
      minor,
      headers,
      isRequest ? llhttp.method(this.#parser) : undefined,
      isRequest ? this.#url : undefined,
      isRequest ? undefined : statusCode,
      isRequest ? undefined : this.#statusMessage,
      upgrade,
      keepAlive,
    ]);
    return answer === FAILED ? -1 : Number(answer ?? 0);
  }

  #onMessageComplete(): number {
    if (this.#list !== null) {
      this.#messageStart = 0;
      Connections.add(this.#list, this, false);
    }
    const trailers = this.#takeHeaders();
    if (trailers.length > 0 && this.#call(Slot.headers, [trailers, '']) === FAILED) return HttpErrno.USER;
    return this.#call(Slot.messageComplete, []) === FAILED ? HttpErrno.USER : 0;
  }

  /** A header without a value leaves no entry in llhttp's reports: the value is empty. */
  #takeHeaders(): string[] {
    const headers = this.#headers;
    if (!this.#lastWasValue) headers.push('');
    this.#headers = [];
    this.#lastWasValue = true;
    // Optional white space behind a value is not part of it (RFC 9110, 5.5); llhttp cuts only what stands before.
    for (let index = 1; index < headers.length; index += 2) headers[index] = headers[index]!.replace(/[ \t]+$/, '');
    return headers;
  }

  #countHeaderBytes(count: number): number {
    this.#headerBytes += count;
    if (this.#headerBytes < this.#maxHeaderBytes) return 0;
    this.#overflow = true;
    return HttpErrno.USER;
  }

  #resetMessage(): void {
    this.#url = '';
    this.#statusMessage = '';
    this.#headers = [];
    this.#lastWasValue = true;
    this.#headerBytes = 0;
  }

  #call(slot: number, args: readonly unknown[]): unknown {
    try {
      return AsyncWrap.callMethod(this, String(slot), ...args);
    } catch (error) {
      this.#thrown = { error };
      return FAILED;
    }
  }
}

const FAILED = Symbol('callback threw');

/** internalBinding('http_parser') */
export const createHttpParserBinding: BindingFactory = (realm) => {
  const shape: Foreign = realm.data.bindings['http_parser'];
  let llhttp: Llhttp | undefined;
  const parserLibrary = (): Llhttp => (llhttp ??= new Llhttp(compileShippedWasm(realm, 'llhttp')));

  class HTTPParser extends HttpParser {
    constructor() {
      super(realm, parserLibrary);
    }
  }
  Object.assign(HTTPParser, shape.HTTPParser);

  class ConnectionsList extends Connections<HttpParser> {
    constructor() {
      super(() => realm.loop.now());
    }
  }

  return { HTTPParser, ConnectionsList, methods: [...shape.methods], allMethods: [...shape.allMethods] };
};
