/**
 * HTTP of one preview origin: requests from its
 * service worker, answered by a port of the container.
 *
 *   fetch ─▶ received ─▶ head ─▶ body … body null
 *                     └▶ failed
 *
 * Either side may `pull` and the page may `cancel` in between. An exchange is in
 * the map from its first message to its last; messages about others are dropped.
 */
import type { PreviewScript } from '@slipway/wire';
import { headerValue, type HeaderList } from '../http/headers.ts';
import { ConnectError, type HttpClient, type HttpResponse } from '../http/http-client.ts';
import { Credit, cutPieces, PieceQueue } from './credit-stream.ts';
import { parseGatewayRequest } from './parse-preview.ts';
import type { GatewayAnswer, GatewayFailure, GatewayRequest } from './preview-protocol.ts';
import { requestHeaders, responseHeaders } from './rewrite-headers.ts';

/**
 * What a session asks of the gateway, each time anew:
 * container and script change while a preview lives.
 */
export interface SessionContext {
  /** Absent while no container runs. */
  client(): HttpClient | undefined;
  script(): PreviewScript | undefined;
  previewUrl(port: number): string;
  /**
   * Cross-Origin-Embedder-Policy that the container
   * was started with; the answers must carry it too.
   */
  readonly coep: 'require-corp' | 'credentialless' | 'none';
  /** Resolves when somebody listens on the port, or after a moment. */
  opened(port: number): Promise<void>;
}

interface Exchange {
  readonly credit: Credit;
  readonly body: PieceQueue | undefined;
  cancelled: boolean;
}

/** A page that asks for more at once gets an error instead of our memory. */
const MAX_EXCHANGES = 2_000;

/** Serves the requests that come through one MessagePort, for as long as its other end lives. */
export class GatewaySession {
  readonly #port: MessagePort;
  readonly #previewPort: number;
  readonly #context: SessionContext;
  readonly #exchanges = new Map<number, Exchange>();

  constructor(port: MessagePort, previewPort: number, context: SessionContext) {
    this.#port = port;
    this.#previewPort = previewPort;
    this.#context = context;
    port.addEventListener('message', (event) => {
      const request = parseGatewayRequest((event as MessageEvent<unknown>).data);
      if (request !== undefined) this.#receive(request);
    });
    port.start();
    this.#post({ type: 'hello', coep: context.coep });
  }

  #post(answer: GatewayAnswer, transfer: Transferable[] = []): void {
    this.#port.postMessage(answer, transfer);
  }

  #receive(request: GatewayRequest): void {
    const exchange = this.#exchanges.get(request.id);
    switch (request.type) {
      case 'fetch':
        // The same number twice: the first one keeps it.
        if (exchange !== undefined) return;
        this.#post({ type: 'received', id: request.id });
        if (this.#exchanges.size >= MAX_EXCHANGES)
          this.#fail(request.id, 'broken', `More than ${MAX_EXCHANGES} requests are under way`);
        else this.#serve(request).catch((error: unknown) => this.#fail(request.id, 'broken', String(error)));
        return;
      case 'body':
        exchange?.body?.push(request.bytes);
        return;
      case 'pull':
        exchange?.credit.give();
        return;
      case 'cancel':
        if (exchange === undefined) return;
        exchange.cancelled = true;
        exchange.credit.cancel();
        // A body that is being read ends with this error; one being sent sees `cancelled` and stops.
        exchange.body?.fail(new Error('The page cancelled the request'));
    }
  }

  #fail(id: number, reason: GatewayFailure, message: string): void {
    this.#post({ type: 'failed', id, reason, message });
  }

  async #serve(request: Extract<GatewayRequest, { type: 'fetch' }>): Promise<void> {
    const { id } = request;
    const client = this.#context.client();
    if (client === undefined) return this.#fail(id, 'stopped', 'The container is not running');
    const body = request.hasBody ? new PieceQueue(() => this.#post({ type: 'pull', id })) : undefined;
    const exchange: Exchange = { credit: new Credit(), body, cancelled: false };
    this.#exchanges.set(id, exchange);
    try {
      const send = (): Promise<HttpResponse> =>
        client.request({
          port: this.#previewPort,
          method: request.method,
          target: request.target,
          headers: requestHeaders(request.headers, this.#previewPort, this.#context.previewUrl(this.#previewPort)),
          ...(body === undefined ? {} : { body }),
        });
      // Refused before anything of it was sent: it may be sent once more.
      const response = await send().catch(async (error: unknown) => {
        if (!(error instanceof ConnectError)) throw error;
        await this.#context.opened(this.#previewPort);
        return send();
      });
      await this.#answer(id, exchange, response);
    } catch (error) {
      if (exchange.cancelled) return;
      if (error instanceof ConnectError) this.#fail(id, 'refused', `Nothing listens on port ${this.#previewPort}`);
      else this.#fail(id, 'broken', error instanceof Error ? error.message : String(error));
    } finally {
      this.#exchanges.delete(id);
    }
  }

  async #answer(id: number, exchange: Exchange, response: HttpResponse): Promise<void> {
    const decoded = decodeContent(response);
    const pieces = decoded.body[Symbol.asyncIterator]();
    try {
      if (exchange.cancelled) return;
      // Before the head, which has to say whether there
      // is a body; of most answers it is there already.
      const first = await pieces.next();
      const script = this.#context.script();
      // Only HTML is changed, and only where there is a script to put in.
      const isHtml = /^text\/html\b|^application\/xhtml\+xml\b/i.test(
        headerValue(response.headers, 'content-type') ?? '',
      );
      this.#post({
        type: 'head',
        id,
        status: response.status,
        statusText: response.statusText,
        hasBody: first.done !== true,
        headers: responseHeaders(decoded.headers, this.#previewPort, (port) => this.#context.previewUrl(port)),
        ...(isHtml && script !== undefined ? { script } : {}),
      });
      if (first.done === true) return;
      for (let next: IteratorResult<Uint8Array, void> = first; next.done !== true; next = await pieces.next()) {
        for (const piece of cutPieces(next.value)) {
          // Not sent before the page has consumed earlier
          // ones: a download must not pile up in its memory.
          if (!(await exchange.credit.take())) return;
          this.#post({ type: 'body', id, bytes: piece }, [piece.buffer]);
        }
      }
      this.#post({ type: 'body', id, bytes: null });
    } finally {
      // Whatever happens: the connection is kept or closed by it.
      await pieces.return?.();
    }
  }
}

// `deflate` is zlib's format (RFC 9110, 8.4.1.2); br has no decoder in browsers.
const decodable: Readonly<Record<string, CompressionFormat>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

/**
 * We ask for no coding, but a file that lies compressed on the program's disk is
 * served so by some servers. A service worker's answer is never decoded by the
 * browser, so it has to be done here.
 */
function decodeContent(response: HttpResponse): { headers: HeaderList; body: AsyncIterable<Uint8Array> } {
  const coding = headerValue(response.headers, 'content-encoding')?.trim().toLowerCase();
  const format = coding === undefined ? undefined : decodable[coding];
  if (format === undefined) return response;
  const headers = response.headers.filter(
    ([name]) => !['content-encoding', 'content-length'].includes(name.toLowerCase()),
  );
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await response.body.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await response.body.return();
    },
  });
  return { headers, body: readAll(source.pipeThrough(new DecompressionStream(format))) };
}

async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
