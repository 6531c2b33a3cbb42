/**
 * What `tls.createSecureContext` configures. TLS is not terminated in a process
 * (see net/tls-wrap.ts), so keys and certificates are taken and mean nothing; a
 * server on the loopback works without them. Reference: Node src/crypto/crypto_context.cc.
 */
export function createSecureContextClass(): new () => object {
  class SecureContext {
    static readonly kTicketKeyReturnIndex = 0;
    static readonly kTicketKeyHMACIndex = 1;
    static readonly kTicketKeyAESIndex = 2;
    static readonly kTicketKeyNameIndex = 3;
    static readonly kTicketKeyIVIndex = 4;
    /** 0: not set. Kept to be read back, no handshake looks at it. */
    #minimum = 0;
    #maximum = 0;
    #ticketKeys: unknown = undefined;

    setMinProto(version: number): void {
      this.#minimum = version;
    }

    setMaxProto(version: number): void {
      this.#maximum = version;
    }

    getMinProto(): number {
      return this.#minimum;
    }

    getMaxProto(): number {
      return this.#maximum;
    }

    setTicketKeys(keys: unknown): void {
      this.#ticketKeys = keys;
    }

    getTicketKeys(): unknown {
      return this.#ticketKeys;
    }
  }
  const withoutEffect = [
    'init',
    'setKey',
    'setCert',
    'addCACert',
    'setAllowPartialTrustChain',
    'addCRL',
    'addRootCerts',
    'setCipherSuites',
    'setCiphers',
    'setSigalgs',
    'setECDHCurve',
    'setDHParam',
    'setOptions',
    'setSessionIdContext',
    'setSessionTimeout',
    'setCertificateCompression',
    'close',
    'loadPKCS12',
    'enableTicketKeyCallback',
    'getCertificate',
    'getIssuer',
    'setEngineKey',
    'setClientCertEngine',
  ];
  for (const name of withoutEffect)
    Object.defineProperty(SecureContext.prototype, name, {
      value: () => undefined,
      writable: true,
      configurable: true,
    });
  return SecureContext;
}
