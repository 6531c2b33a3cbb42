import type { StreamBase } from '../handles/stream-base.ts';
import type { BindingFactory } from '../realm/realm.ts';
import { TlsHandle } from './tls-handle.ts';

/**
 * What has an effect on a real handshake only. Sessions, stapled OCSP answers
 * and client certificates do not exist here, so there is nothing to say of them.
 */
const WITHOUT_EFFECT = [
  'endParser',
  'enableKeylogCallback',
  'enableSessionCallbacks',
  'enableTrace',
  'loadSession',
  'newSessionDone',
  'requestOCSP',
  'setKeyCert',
  'setOCSPResponse',
  'setSession',
  'setVerifyMode',
  'writesIssuedByPrevListenerDone',
  'getCertificate',
  'getX509Certificate',
  'getFinished',
  'getPeerX509Certificate',
  'getPeerFinished',
  'getSession',
  'getTLSTicket',
  'enablePskCallback',
  'setPskIdentityHint',
] as const;

/**
 * internalBinding('tls_wrap'): TLS without encryption. Reference: TLSWrap::Initialize,
 * Node src/crypto/crypto_tls.cc.
 */
export const createTlsWrapBinding: BindingFactory = (realm) => {
  class TLSWrap extends TlsHandle {
    constructor(parent: StreamBase, isServer: boolean) {
      super(realm, parent, isServer);
    }
  }

  for (const name of WITHOUT_EFFECT)
    Object.defineProperty(TLSWrap.prototype, name, { value: () => undefined, writable: true, configurable: true });
  // 1 is OpenSSL's "set"; lib makes a boolean of it.
  Object.defineProperty(TLSWrap.prototype, 'setMaxSendFragment', {
    value: () => 1,
    writable: true,
    configurable: true,
  });

  return {
    TLSWrap,
    HAVE_SSL_TRACE: 1,
    // TLSWrap::Wrap. The context (certificates, keys) is not looked at: nothing is encrypted with it.
    wrap: (parent: StreamBase, _context: unknown, isServer: boolean) => new TLSWrap(parent, isServer),
  };
};
