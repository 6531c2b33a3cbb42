import type { HeaderField } from './hpack/hpack-encoder.ts';

/** Which header block is read: it decides which fields may be in it. */
export type BlockKind = 'request' | 'push' | 'response' | 'trailers';

/** `ignore` leaves one field out, `error` resets the stream. */
export type FieldVerdict = 'ok' | 'ignore' | 'error';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const AUTHORITY = /^[A-Za-z0-9\-._~!$&'()*+,;=:@[\]%]*$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+\-.]*$/;
// eslint-disable-next-line no-control-regex
const PATH = /^[\x21-\x7e\x80-\xff]*$/;
// eslint-disable-next-line no-control-regex
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
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
  #seen = new Map<string, string>();
  #pseudoOver = false;
  #awaitsFinal = false;
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

  /** nghttp2_http_on_header */
  field({ name, value }: HeaderField, kind: BlockKind): FieldVerdict {
    const pseudo = name.startsWith(':');
    if (!TOKEN.test(pseudo ? name.slice(1) : name)) {
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
    if (kind === 'trailers') return ends;
    if (kind === 'response') return this.#endResponse();
    return this.#endRequest(kind);
  }

  data(bytes: number): boolean {
    this.#received += bytes;
    return !this.#awaitsFinal && (this.#contentLength === undefined || this.#received <= this.#contentLength);
  }

  /** nghttp2_http_on_remote_end_stream */
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
    if (kind === 'response') return name === ':status' && /^\d{3}$/.test(value) && value !== '101' ? 'ok' : 'error';
    switch (name) {
      case ':method':
        return kind === 'push' && value === 'CONNECT' ? 'error' : 'ok';
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
    if (name === 'te') return value.toLowerCase() === 'trailers' || kind === 'response' ? 'ok' : 'error';
    if (name === 'host' && kind !== 'response' && kind !== 'trailers') {
      if (this.#seen.has('host')) return 'error';
      this.#seen.set('host', value);
    }
    if (name !== 'content-length' || kind === 'trailers') return 'ok';
    if (kind === 'response' && this.#seen.get(':status') === '204') return value === '0' && !this.#seen.has(name) ? 'ignore' : 'error';
    if (kind === 'response' && (this.#seen.get(':status') ?? '').startsWith('1')) return 'error';
    if (kind === 'response' && this.#requestMethod === 'CONNECT' && (this.#seen.get(':status') ?? '').startsWith('2')) return 'ignore';
    if (this.#seen.has(name) || !/^\d+$/.test(value)) return 'error';
    this.#seen.set(name, value);
    this.#contentLength = Number(value);
    return 'ok';
  }

  #endRequest(kind: BlockKind): boolean {
    const seen = this.#seen;
    const connect = seen.get(':method') === 'CONNECT';
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
    return !/^https?$/i.test(seen.get(':scheme')!) || path.startsWith('/') || (path === '*' && seen.get(':method') === 'OPTIONS');
  }

  #endResponse(): boolean {
    const status = this.#seen.get(':status');
    if (status === undefined) return false;
    this.#awaitsFinal = status.startsWith('1');
    if (this.#awaitsFinal) return true;
    const bodiless = this.#requestMethod === 'HEAD' || status === '304' || status === '204';
    if (bodiless) this.#contentLength = 0;
    else if (this.#requestMethod === 'CONNECT' && status.startsWith('2')) this.#contentLength = undefined;
    return true;
  }
}
