import type { HeaderField } from './hpack/hpack-encoder.ts';

/** Which header block is read: it decides which fields may be in it. */
export type BlockKind = 'request' | 'push' | 'response' | 'trailers';

/** `ignore` leaves one field out, `error` resets the stream. */
export type FieldVerdict = 'ok' | 'ignore' | 'error';

/** Field names in small letters (RFC 9113, 8.2.1; token of RFC 9110, 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** Characters, not grammar: as much as nghttp2's tables check. */
const AUTHORITY = /^[A-Za-z0-9\-._~!$&'()*+,;=:@[\]%]*$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+\-.]*$/;
// eslint-disable-next-line no-control-regex
const PATH = /^[\x21-\x7e\x80-\xff]*$/;
// eslint-disable-next-line no-control-regex
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** HTTP/1.1's words about the connection: malformed in HTTP/2, not ignored (RFC 9113, 8.2.2). */
const FORBIDDEN = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/**
 * What HTTP asks of the blocks and data one peer sends on one stream.
 * Reference: RFC 9113, 8.1–8.5, with the choices of nghttp2's nghttp2_http.c.
 */
export class MessageRules {
  readonly #strictSpace: boolean;
  readonly #extendedConnect: () => boolean;
  /** The method of our own request, where the peer answers one. */
  readonly #requestMethod: string | undefined;
  /** Pseudo-fields, host and content-length of this block, each allowed once. */
  #seen = new Map<string, string>();
  /** A regular field came: pseudo-fields must stand before (8.3). */
  #pseudoOver = false;
  #awaitsFinal = false;
  /** What content-length promised; `#received` counts DATA against it (8.1.1). */
  #contentLength: number | undefined;
  #received = 0;

  constructor(options: { strictSpace: boolean; extendedConnect: () => boolean; requestMethod?: string | undefined }) {
    this.#strictSpace = options.strictSpace;
    this.#extendedConnect = options.extendedConnect;
    this.#requestMethod = options.requestMethod;
  }

  /** An informational answer came; the answer itself is still to come. */
  get awaitsFinal(): boolean {
    return this.#awaitsFinal;
  }

  startBlock(): void {
    this.#seen = new Map();
    this.#pseudoOver = false;
  }

  /** One field of a block, in order (nghttp2_http_on_header). `error` resets the stream, `ignore` drops the field. */
  field({ name, value }: HeaderField, kind: BlockKind): FieldVerdict {
    const pseudo = name.startsWith(':');
    if (!TOKEN.test(pseudo ? name.slice(1) : name)) {
      // Capitals are an error (8.2.1), other bad characters are passed over.
      if (pseudo || /[A-Z]/.test(name)) return 'error';
      this.#pseudoOver = true;
      return 'ignore';
    }
    if (!this.#isValue(name, value)) {
      if (pseudo) return 'error';
      this.#pseudoOver = true;
      return 'ignore';
    }
    const verdict = pseudo ? this.#pseudo(name, value, kind) : this.#regular(name, value, kind);
    if (!pseudo) this.#pseudoOver = true;
    return verdict;
  }

  /** After the last field; false breaks the rules. `ends` says that the block ends the message. */
  endBlock(kind: BlockKind, ends: boolean): boolean {
    // A second block that does not end the message is none (8.1).
    if (kind === 'trailers') return ends;
    if (kind === 'response') return this.#endResponse();
    return this.#endRequest(kind);
  }

  data(bytes: number): boolean {
    this.#received += bytes;
    return !this.#awaitsFinal && (this.#contentLength === undefined || this.#received <= this.#contentLength);
  }

  /**
   * The peer has ended the stream: false where no final answer came, or other than `content-length` bytes
   * (nghttp2_http_on_remote_end_stream).
   */
  end(): boolean {
    return !this.#awaitsFinal && (this.#contentLength === undefined || this.#received === this.#contentLength);
  }

  #isValue(name: string, value: string): boolean {
    switch (name) {
      case ':method':
        return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(value);
      case ':scheme':
        return SCHEME.test(value);
      case ':authority':
      case 'host':
        return AUTHORITY.test(value);
      case ':path':
        return PATH.test(value);
      default:
        return VALUE.test(value) && !(this.#strictSpace && /^[\t ]|[\t ]$/.test(value));
    }
  }

  #pseudo(name: string, value: string, kind: BlockKind): FieldVerdict {
    if (kind === 'trailers' || this.#pseudoOver || this.#seen.has(name) || value === '') return 'error';
    this.#seen.set(name, value);
    // RFC 9113, 8.6: HTTP/2 has no 101, there is nothing to upgrade to.
    if (kind === 'response') return name === ':status' && /^\d{3}$/.test(value) && value !== '101' ? 'ok' : 'error';
    switch (name) {
      case ':method':
        return kind === 'push' && value === 'CONNECT' ? 'error' : 'ok';
      // RFC 8441, 4: only where extended CONNECT was offered.
      case ':protocol':
        return this.#extendedConnect() ? 'ok' : 'error';
      case ':authority':
      case ':path':
      case ':scheme':
        return 'ok';
      default:
        return 'error';
    }
  }

  #regular(name: string, value: string, kind: BlockKind): FieldVerdict {
    if (FORBIDDEN.has(name)) return 'error';
    // RFC 9113, 8.2.2: "te" says nothing but "trailers".
    if (name === 'te') return value.toLowerCase() === 'trailers' || kind === 'response' ? 'ok' : 'error';
    if (name === 'host' && kind !== 'response' && kind !== 'trailers') {
      if (this.#seen.has('host')) return 'error';
      this.#seen.set('host', value);
    }
    if (name !== 'content-length' || kind === 'trailers') return 'ok';
    if (kind === 'response' && this.#seen.get(':status') === '204')
      // Some servers send it with 204; RFC 9110, 8.6 forbids any.
      return value === '0' && !this.#seen.has(name) ? 'ignore' : 'error';
    if (kind === 'response' && (this.#seen.get(':status') ?? '').startsWith('1')) return 'error';
    if (kind === 'response' && this.#requestMethod === 'CONNECT' && (this.#seen.get(':status') ?? '').startsWith('2'))
      // A tunnel has no length (RFC 9110, 9.3.6).
      return 'ignore';
    if (this.#seen.has(name) || !/^\d+$/.test(value)) return 'error';
    this.#seen.set(name, value);
    this.#contentLength = Number(value);
    return 'ok';
  }

  #endRequest(kind: BlockKind): boolean {
    const seen = this.#seen;
    const connect = seen.get(':method') === 'CONNECT';
    // Plain CONNECT names an authority and nothing else (8.5).
    if (connect && !seen.has(':protocol')) {
      if (seen.has(':scheme') || seen.has(':path') || !seen.has(':authority')) return false;
      this.#contentLength = undefined;
      return true;
    }
    if (!seen.has(':method') || !seen.has(':path') || !seen.has(':scheme')) return false;
    if (!seen.has(':authority') && !seen.has('host')) return false;
    if (seen.has(':protocol') && (!connect || !seen.has(':authority'))) return false;
    // A promised request has no body; what comes on its stream is the answer.
    if (kind === 'push') this.#contentLength = undefined;
    const path = seen.get(':path')!;
    return (
      // What a path must look like is only known for these two schemes (8.3.1).
      !/^https?$/i.test(seen.get(':scheme')!) ||
      path.startsWith('/') ||
      (path === '*' && seen.get(':method') === 'OPTIONS')
    );
  }

  #endResponse(): boolean {
    const status = this.#seen.get(':status');
    if (status === undefined) return false;
    this.#awaitsFinal = status.startsWith('1');
    if (this.#awaitsFinal) return true;
    const bodiless = this.#requestMethod === 'HEAD' || status === '304' || status === '204';
    // No DATA may come, whatever content-length says of the answer to another method.
    if (bodiless) this.#contentLength = 0;
    else if (this.#requestMethod === 'CONNECT' && status.startsWith('2')) this.#contentLength = undefined;
    return true;
  }
}
