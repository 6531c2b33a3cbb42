import type { BindingFactory, Foreign } from '../realm.ts';
import { AsyncWrap } from './async-wrap.ts';
import { plainView, StreamBase, type Done } from './stream-base.ts';
import { TcpHandle } from './tcp-handle.ts';

/** What a client is told of a connection whose TLS is spoken outside the worker. */
const CIPHER = { name: 'TLS_AES_256_GCM_SHA384', standardName: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' } as const;

/**
 * internalBinding('tls_wrap'): TLS without encryption. Reference: Node src/crypto/crypto_tls.cc.
 *
 * A worker cannot reach the network, so TLS cannot end here. Bytes pass through
 * as they are: a connection that leaves the container is marked secure and the
 * outbound layer speaks TLS (the browser's, with its own certificate checks);
 * one that stays on the loopback is as private as the tab. So the "handshake"
 * succeeds at once, there is no ALPN and thus no http/2.
 */
export const createTlsWrapBinding: BindingFactory = (realm) => {
  class TLSWrap extends StreamBase {
    readonly #parent: StreamBase;
    readonly #isServer: boolean;
    #handshake: 'before' | 'scheduled' | 'done' = 'before';
    /** What came before lib was told that the connection is secure. */
    readonly #early: (() => void)[] = [];
    #serverName: string | null = null;
    /** May be replaced by lib (SNI). */
    sni_context: unknown = undefined;

    constructor(parent: StreamBase, isServer: boolean) {
      super(realm);
      this.#parent = parent;
      this.#isServer = isServer;
      if (!isServer && parent instanceof TcpHandle) parent.markSecure(null);
      parent.setListener({
        onData: (bytes) => this.#afterHandshake(() => this.emitData(bytes)),
        onEnd: (status) => this.#afterHandshake(() => this.emitEnd(status)),
      });
      // A client says `start`; a server's handshake begins with the client's hello, and lib may be reading already.
      if (isServer) this.#scheduleHandshake();
    }

    get fd(): number {
      return this.#parent.fd;
    }

    override get writeQueueSize(): number {
      return this.#parent.writeQueueSize;
    }

    startReading(): number {
      return this.#parent.startReading();
    }

    stopReading(): number {
      return this.#parent.stopReading();
    }

    tryWrite(bytes: Uint8Array): number {
      return this.#parent.tryWrite(bytes);
    }

    writeLater(bytes: Uint8Array, done: Done): void {
      this.#parent.writeLater(bytes, done);
    }

    shutdownLater(done: Done): number {
      return this.#parent.shutdownLater(done);
    }

    /** TLSWrap::Start: the client's hello. */
    start(): void {
      this.#scheduleHandshake();
    }

    /** TLSWrap::Receive: bytes the wrapped socket had read before it was wrapped. */
    receive(buffer: Uint8Array<ArrayBuffer>): void {
      const bytes = plainView(buffer).slice();
      realm.loop.enqueue(() => this.emitData(bytes));
    }

    destroySSL(): void {
      this.#parent.setListener(null);
    }

    setServername(name: string): void {
      this.#serverName = name;
      if (this.#parent instanceof TcpHandle) this.#parent.markSecure(name);
    }

    getServername(): string | false {
      return this.#serverName ?? false;
    }

    /** TLSWrap::VerifyError: the outbound layer fails the connection when a certificate does not hold. */
    verifyError(): null {
      return null;
    }

    /** The least that `tls.checkServerIdentity` and callers that print an issuer need. */
    getPeerCertificate(): Foreign {
      if (this.#isServer) return undefined;
      const name = this.#serverName ?? this.#parentHost() ?? 'localhost';
      const altNames = [`DNS:${name}`, ...(/^[\d.]+$|:/.test(name) ? [`IP Address:${name}`] : []), 'IP Address:127.0.0.1', 'IP Address:::1'];
      return { subject: { CN: name }, issuer: { CN: 'browser' }, subjectaltname: altNames.join(', '), valid_from: '', valid_to: '' };
    }

    getCipher(): Foreign {
      return { ...CIPHER };
    }

    getProtocol(): string {
      return CIPHER.version;
    }

    getALPNNegotiatedProtocol(): false {
      return false;
    }

    getEphemeralKeyInfo(): Foreign {
      return this.#isServer ? null : { type: 'ECDH', name: 'X25519', size: 253 };
    }

    getSharedSigalgs(): string[] {
      return [];
    }

    isSessionReused(): boolean {
      return false;
    }

    exportKeyingMaterial(): never {
      throw new Error('Cannot export keying material: TLS is not terminated in this process');
    }

    renegotiate(): never {
      throw new Error('Cannot renegotiate: TLS is not terminated in this process');
    }

    protected override onClose(): void {
      this.destroySSL();
    }

    #scheduleHandshake(): void {
      if (this.#handshake !== 'before') return;
      this.#handshake = 'scheduled';
      realm.loop.enqueue(() => {
        this.#handshake = 'done';
        AsyncWrap.callMethod(this, 'onhandshakestart', realm.loop.now());
        if (this.#early.length > 0) realm.loop.enqueueUnref(() => this.#deliverEarly());
        AsyncWrap.callMethod(this, 'onhandshakedone');
      });
    }

    #afterHandshake(deliver: () => void): void {
      if (this.#handshake === 'done' && this.#early.length === 0) deliver();
      else this.#early.push(deliver);
    }

    /** One per task, in order; what comes meanwhile waits behind. */
    #deliverEarly(): void {
      const deliver = this.#early[0];
      if (deliver === undefined) return;
      try {
        deliver();
      } finally {
        this.#early.shift();
        if (this.#early.length > 0) realm.loop.enqueueUnref(() => this.#deliverEarly());
      }
    }

    #parentHost(): string | undefined {
      const peer: { address?: string } = {};
      if (this.#parent instanceof TcpHandle) this.#parent.getpeername(peer);
      return peer.address;
    }
  }

  // What has an effect on a real handshake only. Sessions, stapled OCSP answers
  // and client certificates do not exist here, so there is nothing to say of them.
  const withoutEffect = [
    'certCbDone', 'enableCertCb', 'enableALPNCb', 'endParser', 'enableKeylogCallback', 'enableSessionCallbacks', 'enableTrace', 'loadSession',
    'newSessionDone', 'requestOCSP', 'setALPNProtocols', 'setKeyCert', 'setOCSPResponse', 'setSession', 'setVerifyMode',
    'writesIssuedByPrevListenerDone', 'getCertificate', 'getX509Certificate', 'getFinished', 'getPeerX509Certificate', 'getPeerFinished',
    'getSession', 'getTLSTicket', 'enablePskCallback', 'setPskIdentityHint',
  ];
  for (const name of withoutEffect) Object.defineProperty(TLSWrap.prototype, name, { value: () => undefined, writable: true, configurable: true });
  Object.defineProperty(TLSWrap.prototype, 'setMaxSendFragment', { value: () => 1, writable: true, configurable: true });

  return {
    TLSWrap,
    HAVE_SSL_TRACE: 1,
    wrap: (parent: StreamBase, _context: unknown, isServer: boolean) => new TLSWrap(parent, isServer),
  };
};
