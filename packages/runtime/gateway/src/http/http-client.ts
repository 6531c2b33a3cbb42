/**
 * An HTTP/1.1 client over the container's loopback:
 * one pool of kept-alive connections for each port.
 *
 *   connection: taken (idle or new) → exchange → kept, when the answer was read to
 *               its end, all of the request was sent, and neither side wants to close
 *                                            → closed otherwise
 */
import type { ByteStream, Connect } from '../bytes/byte-stream.ts';
import { bodyFraming, encodeChunk, readBody, type Framing } from './body.ts';
import { ByteReader } from './byte-reader.ts';
import { encodeHead, headerHas, isToken, readHeaders, type HeaderList } from './headers.ts';
import { HttpError } from './http-error.ts';

/**
 * What goes to the program. Framing fields are ours:
 * only a Content-Length may come with the headers.
 */
export interface HttpRequest {
  readonly port: number;
  readonly method: string;
  /** Path and query, as it goes into the request line. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body?: AsyncIterable<Uint8Array>;
}

/** The body must be read or given up, or its connection is lost. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  /** Must be read to its end or returned early; the connection goes back or is closed accordingly. */
  readonly body: AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
}

/** The page is told `refused` for it; any other error is one of the server behind the port. */
export class ConnectError extends Error {
  readonly errno: number;
  constructor(port: number, errno: number) {
    super(`Cannot connect to port ${port}: errno ${errno}`);
    this.name = 'ConnectError';
    this.errno = errno;
  }
}

interface Connection {
  readonly stream: ByteStream;
  readonly reader: ByteReader;
  /** By performance.now(), in ms. */
  idleSince: number;
}

// Idle connections kept for one port; a page opens six at a time, and several pages may.
const MAX_IDLE = 16;
/** Less than the 5 s after which Node's server closes an idle connection. */
const IDLE_MS = 4_000;
const MAX_STATUS_LINE = 16 * 1024;

/**
 * A client for one container. `closeIdle` ends what it
 * keeps; connections in use belong to their requests.
 */
export class HttpClient {
  readonly #connect: Connect;
  readonly #idle = new Map<number, Connection[]>();

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Opens a connection of its own, for protocols that take it over. */
  open(port: number): { stream: ByteStream; reader: ByteReader } {
    const stream = this.#connect(port);
    if (typeof stream === 'number') throw new ConnectError(port, stream);
    return { stream, reader: new ByteReader(stream) };
  }

  /**
   * One exchange. Resolves when the head has come. Throws ConnectError
   * when nobody listens, HttpError when what answers breaks the
   * protocol. A body is sent while the answer is already being read.
   */
  async request(request: HttpRequest): Promise<HttpResponse> {
    if (!isToken(request.method) || /[\s\0]/.test(request.target))
      throw new HttpError(`Request "${request.method} ${request.target.slice(0, 60)}" cannot be written`);
    const kept = this.#takeIdle(request.port);
    if (kept !== undefined) {
      try {
        // Only without a body: of one that is a stream
        // the beginning would be gone at the second try.
        return await this.#exchange(kept, request, request.body === undefined);
      } catch (error) {
        // The server closed it while it lay idle: no byte of an answer came, so the request may be sent again.
        if (!(error instanceof StaleConnection)) throw error;
      }
    }
    return this.#exchange({ ...this.open(request.port), idleSince: 0 }, request, false);
  }

  /** Without `port` those of every port; one in use is left alone. */
  closeIdle(port?: number): void {
    for (const [key, connections] of this.#idle) {
      if (port !== undefined && key !== port) continue;
      for (const connection of connections) connection.stream.close();
      this.#idle.delete(key);
    }
  }

  #takeIdle(port: number): Connection | undefined {
    const connections = this.#idle.get(port) ?? [];
    const now = performance.now();
    // Newest first: the oldest is the likeliest to have been closed by the server.
    for (let connection = connections.pop(); connection !== undefined; connection = connections.pop()) {
      if (now - connection.idleSince < IDLE_MS) return connection;
      connection.stream.close();
    }
    return undefined;
  }

  #keep(port: number, connection: Connection): void {
    const connections = this.#idle.get(port) ?? [];
    // Bytes behind the answer mean that the server and we disagree about where it ended.
    if (connections.length >= MAX_IDLE || connection.reader.buffered > 0) {
      connection.stream.close();
      return;
    }
    connection.idleSince = performance.now();
    connections.push(connection);
    this.#idle.set(port, connections);
  }

  async #exchange(connection: Connection, request: HttpRequest, mayBeStale: boolean): Promise<HttpResponse> {
    const { stream, reader } = connection;
    try {
      const hasLength = request.headers.some(([name]) => name.toLowerCase() === 'content-length');
      const framing: HeaderList = request.body === undefined || hasLength ? [] : [['Transfer-Encoding', 'chunked']];
      const head = encodeHead(`${request.method} ${request.target} HTTP/1.1`, [
        ...request.headers,
        ...framing,
        ['Connection', 'keep-alive'],
      ]);
      // A server may answer (and close) before it has read everything: the answer counts.
      const sent = { whole: false };
      // Failing to send is no failure yet: the answer may
      // say why (413), and if none comes the reader tells.
      this.#send(stream, head, request.body, !hasLength).then(
        () => (sent.whole = true),
        () => undefined,
      );
      const response = await readResponseHead(reader, request.method, mayBeStale);
      const reusable =
        response.framing.type !== 'until-close' &&
        !headerHas(response.headers, 'connection', 'close') &&
        // HTTP/1.0 closes unless it says otherwise.
        response.version === '1.1';
      return { ...response, body: this.#body(request.port, connection, response.framing, reusable, sent) };
    } catch (error) {
      stream.close();
      throw error;
    }
  }

  async #send(
    stream: ByteStream,
    head: Uint8Array,
    body: AsyncIterable<Uint8Array> | undefined,
    chunked: boolean,
  ): Promise<void> {
    await stream.write(head);
    if (body === undefined) return;
    for await (const bytes of body) if (bytes.length > 0) await stream.write(chunked ? encodeChunk(bytes) : bytes);
    if (chunked) await stream.write(encodeChunk(new Uint8Array()));
  }

  async *#body(
    port: number,
    connection: Connection,
    framing: Framing,
    reusable: boolean,
    sent: { readonly whole: boolean },
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    let complete = false;
    try {
      yield* readBody(connection.reader, framing);
      complete = true;
    } finally {
      // Returned early or broken: what is still on the wire belongs to nobody.
      if (complete && reusable && sent.whole) this.#keep(port, connection);
      else connection.stream.close();
    }
  }
}

/** A kept connection was closed before it answered; the request may go to another one. */
class StaleConnection extends HttpError {}

/** The status line and fields of an answer, and how its body is framed. Passes over 1xx but 101. */
export async function readResponseHead(
  reader: ByteReader,
  method: string,
  mayBeStale: boolean,
): Promise<{ version: string; status: number; statusText: string; headers: HeaderList; framing: Framing }> {
  for (;;) {
    let line: string | null;
    try {
      line = await reader.readLine(MAX_STATUS_LINE);
    } catch (error) {
      if (mayBeStale && reader.buffered === 0) throw new StaleConnection('The kept connection was closed');
      throw error;
    }
    if (line === null) {
      if (mayBeStale) throw new StaleConnection('The kept connection was closed');
      throw new HttpError('The server closed the connection without an answer');
    }
    const [, version, code, statusText] = /^HTTP\/(1\.[01]) (\d{3})(?: (.*))?$/.exec(line) ?? [];
    if (version === undefined || code === undefined)
      throw new HttpError(`The server does not speak HTTP: it answered ${JSON.stringify(line.slice(0, 60))}`);
    const status = Number(code);
    const headers = await readHeaders(reader);
    // Informational answers come before the real one; 101 is the real one.
    if (status >= 100 && status < 200 && status !== 101) continue;
    // RFC 9112, 6.3, item 1: these have no body, whatever their fields say.
    const bodiless = method === 'HEAD' || status === 101 || status === 204 || status === 304;
    return {
      version,
      status,
      statusText: statusText ?? '',
      headers,
      framing: bodiless ? { type: 'none' } : bodyFraming(headers, 'response'),
    };
  }
}
