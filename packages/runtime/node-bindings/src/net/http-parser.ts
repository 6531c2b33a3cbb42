import type { BindingFactory, Foreign, Realm } from '../realm/realm.ts';
import { AsyncWrap, NO_PROVIDER } from '../handles/async-wrap.ts';
import { ConnectionsList as Connections, type Connection } from './connections-list.ts';
import { HttpErrno, Llhttp, type HttpEvents } from './llhttp.ts';
import { plainView, type StreamBase } from '../handles/stream-base.ts';
import { compileShippedWasm } from '../realm/wasm-module.ts';

/** Slots on the parser object in which lib leaves its callbacks. */
const Slot = {
  messageBegin: 0,
  headers: 1,
  headersComplete: 2,
  body: 3,
  messageComplete: 4,
  execute: 5,
  timeout: 6,
} as const;

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
  /** llhttp's pointer to the parser; 0 while there is none. */
  #parser = 0;
  #type = REQUEST;
  #maxHeaderBytes = DEFAULT_MAX_HEADER_BYTES;
  #list: Connections<HttpParser> | null = null;
  #messageStart = 0;
  #headersComplete = false;

  #url = '';
  #statusMessage = '';
  /** Names and values in turn, flat: lib's `rawHeaders` is this list. */
  #headers: string[] = [];
  /** llhttp reports names and values in pieces: a piece of the same kind continues the last one. */
  #lastWasValue = true;
  /** Bytes of names, values, URL and status in this message, against `maxHeaderBytes`. */
  #headerBytes = 0;

  /** How many runs of the parser are on the stack: in a callback a pause has to wait for the end of the run. */
  #depth = 0;
  #pendingPause = false;
  /** The reason why a run stopped, where llhttp only knows that a callback said so. */
  #overflow = false;
  #thrown: { error: unknown } | null = null;
  #current: Uint8Array | null = null;
  /** The stream that is read without lib (`consume`), until it is given back. */
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

  /**
   * Parser::Initialize: for each connection anew; `maxHeaderBytes` 0 means the option's value. With a list, its
   * timeouts begin now.
   */
  initialize(
    type: number,
    resource: object,
    maxHeaderBytes: number | undefined,
    lenientFlags: number | undefined,
    list: Connections<HttpParser> | undefined,
  ): void {
    this.#free();
    AsyncWrap.reset(this, type === REQUEST ? 'HTTPINCOMINGMESSAGE' : 'HTTPCLIENTREQUEST', resource);
    this.#type = type;
    this.#maxHeaderBytes =
      maxHeaderBytes || Number(this.#realm.data.options.values['--max-http-header-size'] ?? DEFAULT_MAX_HEADER_BYTES);
    this.#parser = this.#llhttp().create(type, lenientFlags ?? 0, this.#events());
    this.#resetMessage();
    this.#headersComplete = false;
    this.#pendingPause = false;
    this.#list = list ?? null;
    // Clients' parsers are in no list: their timeouts are lib's own.
    if (this.#list === null) return;
    // Counted from the start: a client that connects and says nothing must expire too.
    // Never 0, which is "between messages".
    this.#messageStart = this.#realm.loop.now() || 1;
    Connections.add(this.#list, this, true);
  }

  /** Parser::Execute on bytes lib has read itself: bytes parsed, or an Error that says where it stopped. */
  execute(buffer: Uint8Array): number | Error {
    return this.#execute(plainView(buffer)) as number | Error;
  }

  /**
   * End of the stream: `undefined`, or an Error. Parser::Finish: a message that lasts until the connection ends is
   * complete then.
   */
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

  /** Parser::GetCurrentBuffer: what is being parsed, for lib to show in a 'clientError'. */
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

  /** Parser::Close: the native parser goes, and this object is not used again. */
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
    // lib's onParserExecute asks for them when the result is an Error.
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
    // Not an error: what follows belongs to another protocol, and lib takes it from `bytesParsed` on.
    if (errno === HttpErrno.PAUSED_UPGRADE) {
      errno = HttpErrno.OK;
      if (alive) llhttp.resumeAfterUpgrade(parser);
    }
    // Asked for within a callback; it holds for the bytes that come next.
    if (this.#pendingPause && alive) {
      this.#pendingPause = false;
      llhttp.pause(parser, true);
    }
    const thrown = this.#takeThrown();
    // Thrown by a callback; lib's `execute` lets it pass to whoever wrote the bytes in.
    if (thrown !== null) throw thrown.error;
    // After an upgrade bytes that are no HTTP are no error either.
    if (errno !== HttpErrno.OK && alive && !llhttp.upgraded(parser)) return this.#parseError(errno, bytesParsed);
    return bytes === null ? undefined : bytesParsed;
  }

  /** By a method, since the compiler takes the field for what it was set to above. */
  #takeThrown(): { error: unknown } | null {
    return this.#thrown;
  }

  #parseError(errno: number, bytesParsed: number): Error {
    const llhttp = this.#llhttp();
    const [code, reason] = this.#overflow
      ? ['HPE_HEADER_OVERFLOW', 'Header overflow']
      : [llhttp.errnoName(errno), llhttp.errorReason(this.#parser)];
    // Members in this order, as lib's errors show them.
    return Object.assign(new Error('Parse Error'), { bytesParsed, code, reason });
  }

  #events(): HttpEvents {
    return {
      onMessageBegin: () => {
        this.#resetMessage();
        this.#headersComplete = false;
        if (this.#list !== null) {
          this.#messageStart = this.#realm.loop.now() || 1;
          Connections.add(this.#list, this, true);
        }
        // llhttp stops with HPE_USER where a callback threw.
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
    // Trailers have a limit of their own.
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
    // Else what lib answers: 1 no body (HEAD), 2 no body and another protocol (CONNECT, upgrade).
    return answer === FAILED ? -1 : Number(answer ?? 0);
  }

  #onMessageComplete(): number {
    // Idle from now on, so that keepAliveTimeout and closeIdleConnections see it.
    if (this.#list !== null) {
      this.#messageStart = 0;
      Connections.add(this.#list, this, false);
    }
    const trailers = this.#takeHeaders();
    // Slot.headers is called with what came in parts; trailers are all that comes so here.
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

  /** TrackHeader of C++: reaching the limit is too much already. */
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

/**
 * internalBinding('http_parser'). Reference: Node src/node_http_parser.cc over llhttp, here as WebAssembly.
 * Constants and method names come from the dump of the pinned Node.
 */
export const createHttpParserBinding: BindingFactory = (realm) => {
  const shape: Foreign = realm.data.bindings['http_parser'];
  // One instance of the module for the realm, made with the first parser.
  let llhttp: Llhttp | undefined;
  const parserLibrary = (): Llhttp => (llhttp ??= new Llhttp(compileShippedWasm(realm, 'llhttp')));

  class HTTPParser extends HttpParser {
    constructor() {
      super(realm, parserLibrary);
    }
  }
  // REQUEST, RESPONSE, kOnHeaders, kLenientAll and so on.
  Object.assign(HTTPParser, shape.HTTPParser);

  class ConnectionsList extends Connections<HttpParser> {
    constructor() {
      super(() => realm.loop.now());
    }
  }

  return { HTTPParser, ConnectionsList, methods: [...shape.methods], allMethods: [...shape.allMethods] };
};
