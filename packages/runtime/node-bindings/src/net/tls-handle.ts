import { isLoopback } from '@slipway/kernel';
import { joinBytes } from '@slipway/posix';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { plainView, StreamBase, type Done } from '../handles/stream-base.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { TcpHandle } from './tcp-handle.ts';
import {
  encodeClientHello,
  encodeProtocolList,
  encodeServerHello,
  parseProtocolList,
  readClientHello,
  readServerHello,
} from './tls-hello.ts';

/** What a client is told of a connection whose TLS is spoken outside the worker. */
const CIPHER = { name: 'TLS_AES_256_GCM_SHA384', standardName: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' } as const;

/**
 * One end of a connection whose TLS is spoken elsewhere. Reference: TLSWrap in Node src/crypto/crypto_tls.cc.
 *
 * A worker cannot reach the network, so TLS cannot end here. Bytes pass through
 * as they are: a connection that leaves the container is marked secure and the
 * outbound layer speaks TLS (the browser's, with its own certificate checks);
 * one that stays on the loopback is as private as the tab.
 *
 *   before ──client: start()──▶ hello sent ──server's hello──▶ done
 *      │                                                        ▲
 *      ├──client of a connection that leaves the container──────┤
 *      └──server: client's hello, or bytes of a peer that knows no hello (a preview)
 */
export class TlsHandle extends StreamBase {
  readonly #parent: StreamBase;
  readonly #isServer: boolean;
  #handshake: 'before' | 'waiting' | 'done' = 'before';
  /** Of the peer's hello, as long as it is not whole. */
  #helloBytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  /** Written before the handshake was done: goes out behind it, in this order. */
  readonly #unsent: { readonly bytes: Uint8Array; readonly done: Done }[] = [];
  #protocols: readonly string[] = [];
  #asksForProtocol = false;
  #asksForContext = false;
  /** What goes on when lib has chosen a certificate (`certCbDone`). */
  #afterContext: (() => void) | null = null;
  /** The protocol both speak (ALPN); `false` where none was agreed on. */
  #agreed: string | false = false;
  /** What came before lib was told that the connection is secure. */
  readonly #early: (() => void)[] = [];
  #serverName: string | null = null;
  /** May be replaced by lib (SNI). */
  sni_context: unknown = undefined;

  constructor(realm: Realm, parent: StreamBase, isServer: boolean) {
    super(realm);
    this.#parent = parent;
    this.#isServer = isServer;
    // At once, and again with the name: a program may connect before it sets one.
    if (!isServer && parent instanceof TcpHandle) parent.markSecure(null);
    parent.setListener({
      onData: (bytes) =>
        this.#handshake === 'done' || this.#early.length > 0
          ? this.#afterHandshake(() => this.emitData(bytes))
          : this.#readHello(bytes),
      onEnd: (status) =>
        this.#handshake === 'done' ? this.#afterHandshake(() => this.emitEnd(status)) : this.emitEnd(status),
    });
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
    // Nothing overtakes the hello, nor what waits behind it: 0 sends the caller to `writeLater`.
    return this.#handshake === 'done' && this.#unsent.length === 0 ? this.#parent.tryWrite(bytes) : 0;
  }

  writeLater(bytes: Uint8Array, done: Done): void {
    if (this.#handshake === 'done' && this.#unsent.length === 0) this.#parent.writeLater(bytes, done);
    else this.#unsent.push({ bytes, done });
  }

  shutdownLater(done: Done): number {
    return this.#parent.shutdownLater(done);
  }

  /** TLSWrap::Start: the client's hello. */
  start(): void {
    if (this.#handshake !== 'before' || this.#isServer) return;
    this.#handshake = 'waiting';
    // Nobody out there would understand the hello; the browser's TLS does the handshake.
    if (this.#leavesContainer()) this.realm.loop.enqueue(() => this.#finishHandshake());
    else
      this.#parent.send(
        [encodeClientHello({ serverName: this.#serverName, protocols: this.#protocols })],
        () => undefined,
      );
  }

  /** TLSWrap::SetALPNProtocols, in wire form. */
  setALPNProtocols(list: Uint8Array): void {
    this.#protocols = parseProtocolList(plainView(list));
  }

  enableALPNCb(): void {
    this.#asksForProtocol = true;
  }

  /** A server with SNICallback: `oncertcb` is called before the handshake goes on. */
  enableCertCb(): void {
    this.#asksForContext = true;
  }

  certCbDone(): void {
    const go = this.#afterContext;
    this.#afterContext = null;
    go?.();
  }

  /** TLSWrap::Receive: bytes the wrapped socket had read before it was wrapped. */
  receive(buffer: Uint8Array<ArrayBuffer>): void {
    const bytes = plainView(buffer).slice();
    this.realm.loop.enqueue(() => (this.#handshake === 'done' ? this.emitData(bytes) : this.#readHello(bytes)));
  }

  /** TLSWrap::DestroySSL: the wrapped stream reads for itself again. */
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
    // Whatever name the program checks against must be among them: the connection is trusted for other reasons.
    const altNames = [
      `DNS:${name}`,
      ...(/^[\d.]+$|:/.test(name) ? [`IP Address:${name}`] : []),
      ...(this.#leavesContainer() ? [] : ['DNS:localhost']),
      'IP Address:127.0.0.1',
      'IP Address:::1',
    ];
    return {
      subject: { CN: name },
      issuer: { CN: 'browser' },
      subjectaltname: altNames.join(', '),
      valid_from: '',
      valid_to: '',
    };
  }

  getCipher(): Foreign {
    return { ...CIPHER };
  }

  getProtocol(): string {
    return CIPHER.version;
  }

  getALPNNegotiatedProtocol(): string | false {
    return this.#agreed;
  }

  /** What TLS 1.3 agrees on by default; null on servers, as Node has it. */
  getEphemeralKeyInfo(): Foreign {
    return this.#isServer ? null : { type: 'ECDH', name: 'X25519', size: 253 };
  }

  getSharedSigalgs(): string[] {
    return [];
  }

  isSessionReused(): boolean {
    return false;
  }

  /** Keys are in nobody's hands here: better no channel binding than a false one. */
  exportKeyingMaterial(): never {
    throw new Error('Cannot export keying material: TLS is not terminated in this process');
  }

  renegotiate(): never {
    throw new Error('Cannot renegotiate: TLS is not terminated in this process');
  }

  protected override onClose(): void {
    this.destroySSL();
  }

  #readHello(bytes: Uint8Array<ArrayBuffer>): void {
    const all = joinBytes([this.#helloBytes, bytes]);
    this.#helloBytes = all;
    if (this.#isServer) this.#readClientHello(all);
    else this.#readServerHello(all);
  }

  #readClientHello(bytes: Uint8Array<ArrayBuffer>): void {
    const read = readClientHello(bytes);
    if (read.kind === 'more') return;
    this.#helloBytes = new Uint8Array();
    // The gateway's previews speak plain HTTP to a server that believes in TLS.
    if (read.kind === 'none') {
      this.#early.push(() => this.emitData(bytes));
      this.#finishHandshake();
      return;
    }
    const { hello, rest } = read;
    this.#serverName = hello.serverName;
    // Some clients write at once; their bytes must not reach lib before 'secure' does.
    if (rest.length > 0) this.#early.push(() => this.emitData(rest));
    const answer = (): void => this.#answerHello(hello.protocols);
    if (!this.#asksForContext) return answer();
    this.#afterContext = answer;
    AsyncWrap.callMethod(this, 'oncertcb', { servername: hello.serverName ?? '', OCSPRequest: false });
  }

  #answerHello(offered: readonly string[]): void {
    const chosen = this.#chooseProtocol(offered);
    if (!this.isOpen) return;
    this.#agreed = chosen ?? false;
    this.#parent.send([encodeServerHello({ protocol: this.#agreed, refused: chosen === undefined })], () => undefined);
    if (chosen === undefined) this.#fail('no application protocol', 'ERR_SSL_NO_APPLICATION_PROTOCOL');
    else this.#finishHandshake();
  }

  /** `false` where it does not matter, `undefined` where there is no protocol both speak (RFC 7301, 3.2). */
  #chooseProtocol(offered: readonly string[]): string | false | undefined {
    if (offered.length === 0) return false;
    if (this.#asksForProtocol) {
      const { Buffer } = this.realm.requireBuiltin('buffer');
      const offset = AsyncWrap.callMethod(this, 'ALPNCallback', Buffer.from(encodeProtocolList(offered).buffer));
      if (typeof offset !== 'number') return undefined;
      return parseProtocolList(encodeProtocolList(offered).subarray(offset))[0];
    }
    return this.#protocols.length === 0 ? false : this.#protocols.find((name) => offered.includes(name));
  }

  #readServerHello(bytes: Uint8Array<ArrayBuffer>): void {
    const read = readServerHello(bytes);
    if (read.kind === 'more') return;
    this.#helloBytes = new Uint8Array();
    if (read.kind === 'none') return this.#fail('wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER');
    if (read.hello.refused)
      return this.#fail('tlsv1 alert no application protocol', 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
    this.#agreed = read.hello.protocol;
    const { rest } = read;
    if (rest.length > 0) this.#early.push(() => this.emitData(rest));
    this.#finishHandshake();
  }

  #fail(reason: string, code: string): void {
    const error = Object.assign(new Error(`SSL routines::${reason}`), { library: 'SSL routines', reason, code });
    AsyncWrap.callMethod(this, 'onerror', error);
  }

  #finishHandshake(): void {
    if (!this.isOpen || this.#handshake === 'done') return;
    this.#handshake = 'done';
    // lib counts renegotiations by it; the argument is a time in ms.
    AsyncWrap.callMethod(this, 'onhandshakestart', this.realm.loop.now());
    // `done` comes in a task in any case, also where the parent took all at once.
    for (const { bytes, done } of this.#unsent.splice(0))
      if (this.#parent.send([bytes], done) !== 'later') this.realm.loop.enqueueUnref(() => done(0));
    if (this.#early.length > 0) this.realm.loop.enqueueUnref(() => this.#deliverEarly());
    AsyncWrap.callMethod(this, 'onhandshakedone');
  }

  /** Beyond the container the browser's TLS is spoken, which tells of no protocol. */
  #leavesContainer(): boolean {
    if (!(this.#parent instanceof TcpHandle)) return false;
    const host = this.#parentHost();
    // Not connected yet: outside is the safe guess, as no hello is sent then.
    return host === undefined || !isLoopback(host);
  }

  #afterHandshake(deliver: () => void): void {
    if (this.#handshake === 'done' && this.#early.length === 0) deliver();
    else this.#early.push(deliver);
  }

  /** One per task, in order; what comes meanwhile waits behind. */
  #deliverEarly(): void {
    const deliver = this.#early[0];
    if (deliver === undefined) return;
    // A listener that throws must not hold up what came after.
    try {
      deliver();
    } finally {
      this.#early.shift();
      if (this.#early.length > 0) this.realm.loop.enqueueUnref(() => this.#deliverEarly());
    }
  }

  #parentHost(): string | undefined {
    const peer: { address?: string } = {};
    if (this.#parent instanceof TcpHandle) this.#parent.getpeername(peer);
    return peer.address;
  }
}
