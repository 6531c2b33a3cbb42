// Asymmetric keys: reading, writing, signing, agreeing, with their errors. What is random is only checked against itself.
const c = require('crypto');
const keys = {
  rsa: '-----BEGIN PRIVATE KEY-----\nMIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAM6DOBAYN8DH4y0e\nLYOTfX4WPpvu7Mne5M1vRrsUg9FEbEtkV2egj1PPAkCN0vcz+iEjvZKbgA23Jcpq\nfj6UJvhuWB+gtArAM01+2b5fTXJTBp3XIWSaA2ZNyuu59H9amiiKw2CN4TTkfrRf\n+UjNAH6x5e55PRJywaOX7u4hEKq9AgMBAAECgYEAxQmKOkEBIR0W8ntyrbHR8LXE\nsv86SjozUJe1gtZGFysTsLNieetGFY7T9UfcXCTpqSjyvalEetGeaw1EuuycaIHs\n0Oo6nIjzy/jtvm4uuji4u4Xk0urGK5+HdzgtIs15NuHY36x8iiQaqZTDOUZuLAv4\n0pX7N18IcD6G9dx3jQECQQDrbMqOmMfjhnJusD1+qm7Cf/JXDx+XimorG8+NuQWQ\nnGYUUtuG17Hp+e4V2Nfn0/59R1A7bkLnGaWvpkvhxp9hAkEA4I+QrwyVxJvvdOau\n5yZVIM/zv85OJjFUWMc0WG4ZO5nD9OvwvGkDxB88UJNcQz+zKuFjueg0X1XA+dmz\nQZWU3QJBAKGk0vdRw31fZNbHP5Hm56G4Q+auxZxBN2Bd+gZvEXkXSaeOtJhDJS9n\noadyedv9XPEbs+T6cglHPNH7toJQ5EECQQDNfhLkXRvgYuHpk/+Rvt4/vIxNhTi2\ncoXBB+m60mV8yOUtB4uwnli36+2Bvpe7YltObhqYUQk8BHknKjSDW6JxAkAJu8eb\nvnWmrph3I0q5GrTdHRjQisjnZC0Epv/1F5vslUpS9aCcisWivQ70nNvO7tSnwa2s\n/V/HjUJfytQvnCta\n-----END PRIVATE KEY-----\n',
  pss: '-----BEGIN PRIVATE KEY-----\nMIICpQIBADA8BgkqhkiG9w0BAQowL6APMA0GCWCGSAFlAwQCAQUAoRwwGgYJKoZI\nhvcNAQEIMA0GCWCGSAFlAwQCAQUABIICYDCCAlwCAQACgYEAyr6M7mqhERAVF7Hq\neGeAERurqc+nOWs2IXLRlRYd1j0tBbvxWbtb8EbZbbbM6kj77lSm4rQ0Pdd0ucAR\nFHAk0AGNU4GE96GyT3Prda4usMSHAYz4BzDX+tEJ6aLrhlgPHtIBBI4vWxkhlVfl\ng4jOYx/tyaqiER5Id2ZVYLgdLTcCAwEAAQKBgCuC45oTVkfkLLKuI0T96XVCe//w\nqdHf2XkqPCKD4Zll/bCaWjzIwf16JxWtwqKRUUgf8MT8qa2P/OQUfVXmj2+Wrk9y\nA9FylutmjOsZGcJ1qLIxv8gmZNKFf+K0FRBeqBYh5/fv7aIc8R2ERooPurVApR+S\nRIKMQOm97aF7aDrRAkEA9GQ+Qhy/c5xjc1fJh3iOe9JumpB/dFZfhdsKZ2oAK6w8\nQSnDo88eb4xKq77eRqOzuCsY+MQj3T+Qosoxrh9I2QJBANRf4nEzaMm8VfFkJ89U\nfhCpOBi36JmYy+c7m/FzEGqpmb4tnwSFSzsrpL4979w+gbIWYBxlqBNXYpbs/VSx\n3I8CQDCypOFBnzinSf3a2VKASEwOE3IDJxKEf4ZJrloK+ju5l0wYyV4j0FnD58Ev\nSFVlG1OwaspvMwJMP0Lg7WNX4okCQDL2u5Fsw9W9g2ZFIaSIYyQ+Z37PC1topm3c\nCSUc9rCR+JoBuqpMDmypoYQhuuDAg0EoS3IlFvtlOfx77KMZd5MCQQDVh01bWpD7\nFEB9saFG2IeBimExIuLvtPju54UYTzpfj4UUDhobqBEnOjwR8qnPT/MEgLWBFZ6b\n7hCO0BmhQM7/\n-----END PRIVATE KEY-----\n',
  ec: '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgr7vJUqR0iAo6hkMG\neryVNAySV5HP6n+NqnsRQ3hBjSihRANCAAQZGYJQcEuOtSNBe1pZx+R/RIm7MRM/\n2CadrPa585K7Q7ncTsnh4uGj0DW4bOVHyLEJEcPK0IJetUxjMDbSsN2g\n-----END PRIVATE KEY-----\n',
  explicit:
    '-----BEGIN PRIVATE KEY-----\nMIICDAIBADCCAWQGByqGSM49AgEwggFXAgEBMDwGByqGSM49AQECMQD/////////\n/////////////////////////////////v////8AAAAAAAAAAP////8wewQw////\n//////////////////////////////////////7/////AAAAAAAAAAD////8BDCz\nMS+n4j7n5JiOBWvj+C0ZGB2cbv6BQRIDFAiPUBOHWsZWOY2KLtGdKoXI7dPsKu8D\nFQCjNZJqoxmieh0AiWpnc6SCes2scwRhBKqHyiK+iwU3jrHHHvMgrXRuHTtii6eb\nmFn3QeCCVCo4VQLyXb9VKWw6VF44cnYKtzYX3kqWJixvXZ6Yv5KS3Cn49B29KJoU\nfOnaMRO18LjACmCxzh1+gZ16Qx18kOoOXwIxAP//////////////////////////\n/////8djTYH0Ny3fWBoNskiwp3rs7BlqzMUpcwIBAQSBnjCBmwIBAQQwguJXvO5f\nWgy6KMf3RIn4cLBJWPB+oE4LUS0WzbMZg6iXpNyycC4sXKgukuXwNQvLoWQDYgAE\nYCIQgw1vip+FdHa2u3oGuhe1uz1DDLNG5y5f56F4qWKR2ihoLliNG7qK0lCpj5+n\nOFtUE9naAOKjslyFimm9j50LDo8yTRp9IpPhZ5HklYAzzjT+D3T51D3JQ3OGRUdT\n-----END PRIVATE KEY-----\n',
  ed: '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIFOS+T93l304qRv1glmZD+my4f7NNoDcWWh8xgsIFw3y\n-----END PRIVATE KEY-----\n',
  x: '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIDhItfzashos+pVNjpSRRwcpya1YVD6iGPz8NyA1hy9f\n-----END PRIVATE KEY-----\n',
  locked:
    '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIC5TBfBgkqhkiG9w0BBQ0wUjAxBgkqhkiG9w0BBQwwJAQQ1HnyMMWgVJF0+9zY\n1iY2UQICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAEkvhoXmZIO6oVa\nJ/u2UfsEggKAL4bamds7bKITZU8c1ujQikmIb/xFkGyCMJGeQp5mOPSl0OAnZY44\nBaSjAVSxwwLhIRib5rvPPPh8O/qPGTlPMJrYYTE3op288v750o0LJmlQb/Y3rJUY\n4RpiDt8HWAl9cEc1u98xDxiTZ4TC6HPwWMZZNeh8SrxUdXhAI9I05T1+54NrwyQy\noRQmmveh9tYwSvcuqqAcTBrJOPohd4SK69JXPYf7dIMLt1LMn4t3/kaecIGX9qv1\nYwTZhpHeYDco2V44/MfpgtsyEB9zIds/AcIkQeZMdWvgnNA5+O1Tq1AVV0DpEWXn\nv/mQGvMtXdfPkLD8euBcAZn6vlOOjRus1DI+D1NuK7d3xvdupdaLLks+qbV8RzbN\nqG2vLcJOJmFe27jy9hCYVZcxzTK0/BgPKj1LNka/bv0sE9m70Kp7nJeNrdNnFQqJ\nZyePcY5v4qQZzhLGvBG1o13fWNQfCv5vTVvcxq/FeDblB7XJ8M6uizxvPQhgz7Lt\nKPcxUQ0xxCe6nyKc7t+EkDNxBVtoL7W7LxpXLFHr3VkOcAq9C3k5fkmcjXYNOn6c\n2iCKCAd6WtTHKbSIrKGdrww/VyCpivuqO2nlNORYAbrgig4DedPGcND1F2Wm/2LR\nE3inuokODcIsAgiriNARNAoHvp6IbneRuMMheJ4iePw55fhlRfi8KtFskXuveY5j\n5t1TELSNNvIF8vLjmLbRGZrrg66U6m72Rj9W3A32Unprj7vCDKuSqtfI61mZFnqO\nwiOXqputHIqVp+s9R2D2VmNGliGNvtkJh1xOS2amM2XhvbTRVHyULammaTPLlBmZ\nOxDGglHh7CtVJBHa6RqxZPd04zE2yTQDqA==\n-----END ENCRYPTED PRIVATE KEY-----\n',
  lockedOld:
    '-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,1C2E7882AD29A32259B19226B893228B\n\n3YFECP77DAhvMg3CtXr6S2SM+POPu8fMb9WF1am9miuaNFw6w1ZDSt7dB8gzelMK\n8nIBfC7z7iZJZtlh73oUfBBloSHARNgVM+8920OjP8UPVx+heTmUaztEuv68pfq1\nWmh+ju480pYmNpppUbJCPI88izIgFikgnt4ir+Ii65g=\n-----END EC PRIVATE KEY-----\n',
};
const attempt = (work) => {
  try {
    console.log(work());
  } catch (error) {
    console.log(error.constructor.name, error.code, error.message, error.library, error.reason);
  }
};
for (const [name, pem] of Object.entries(keys)) {
  attempt(() => c.createPrivateKey(pem).type);
  attempt(() => c.createPrivateKey({ key: pem, passphrase: 'wrong' }).type);
  const key = c.createPrivateKey({ key: pem, passphrase: 'secret' });
  const open = c.createPublicKey(key);
  console.log(
    name,
    key.asymmetricKeyType,
    key.asymmetricKeyDetails,
    open.export({ type: 'spki', format: 'pem' }),
    key.export({ type: 'pkcs8', format: 'der' }).toString('hex'),
  );
  attempt(() => key.export({ format: 'jwk' }));
  attempt(() => key.export({ type: 'sec1', format: 'pem' }));
  attempt(() => open.export({ type: 'pkcs1', format: 'pem' }));
  attempt(() =>
    c
      .createPrivateKey({
        key: key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-192-cbc', passphrase: 'p' }),
        passphrase: 'p',
      })
      .equals(key),
  );
  attempt(() => c.verify('sha256', 'text', open, c.sign('sha256', Buffer.from('text'), key)));
  attempt(() => c.verify(null, Buffer.from('text'), open, c.sign(null, Buffer.from('text'), key)));
  attempt(() => c.createVerify('sha512').update('text').verify(open, Buffer.alloc(128)));
  attempt(() => c.privateDecrypt(key, c.publicEncrypt(open, Buffer.from('secret'))).toString());
  attempt(() => c.publicDecrypt(open, c.privateEncrypt(key, Buffer.from('signed'))).toString());
}
const rsa = c.createPrivateKey(keys.rsa);
console.log(
  c.createSign('RSA-SHA256').update('text').sign(rsa, 'hex'),
  c.sign(null, Buffer.from('text'), keys.ed).toString('hex'),
);
attempt(() =>
  c.sign('sha512', Buffer.from('x'), { key: rsa, padding: c.constants.RSA_PKCS1_PSS_PADDING, saltLength: 100 }),
);
attempt(() => c.publicEncrypt(rsa, Buffer.alloc(200)));
attempt(() => c.privateDecrypt(rsa, Buffer.alloc(128, 1)));
attempt(() => c.createPublicKey('nothing'));
attempt(() => c.createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' }, format: 'jwk' }));
attempt(() => c.generateKeyPairSync('ec', { namedCurve: 'nope' }));
attempt(() => c.createSign('nope'));
const pair = c.generateKeyPairSync('ec', {
  namedCurve: 'secp256k1',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'sec1', format: 'pem' },
});
attempt(() =>
  c.verify('sha256', Buffer.from('m'), pair.publicKey, c.sign('sha256', Buffer.from('m'), pair.privateKey)),
);
attempt(() =>
  c.verify(
    'sha256',
    Buffer.from('m'),
    { key: pair.publicKey, dsaEncoding: 'ieee-p1363' },
    c.sign('sha256', Buffer.from('m'), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }),
  ),
);
const ecdh = c.createECDH('prime256v1');
ecdh.setPrivateKey('11'.repeat(32), 'hex');
console.log(
  ecdh.getPublicKey('hex', 'compressed'),
  ecdh.computeSecret(ecdh.getPublicKey(), null, 'hex'),
  c.ECDH.convertKey(ecdh.getPublicKey(), 'prime256v1', null, 'hex', 'hybrid'),
);
attempt(() => ecdh.computeSecret(Buffer.alloc(65)));
attempt(() => ecdh.setPrivateKey(Buffer.alloc(32)));
const x = c.createPrivateKey(keys.x);
console.log(c.diffieHellman({ privateKey: x, publicKey: c.createPublicKey(x) }).toString('hex'));
const dh = c.getDiffieHellman('modp14');
dh.generateKeys();
console.log(dh.getPrime('hex'), dh.verifyError, dh.computeSecret(dh.getPublicKey()).length);
console.log(c.checkPrimeSync(dh.getPrime()), c.checkPrimeSync(91n), c.checkPrimeSync(c.generatePrimeSync(128)));
c.generateKeyPair('rsa', { modulusLength: 1024 }, async (error, { publicKey, privateKey }) => {
  console.log(
    error,
    publicKey.asymmetricKeyDetails,
    c.verify('sha1', Buffer.from('a'), publicKey, c.sign('sha1', Buffer.from('a'), privateKey)),
  );
  const { subtle } = c.webcrypto;
  const ecdsa = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify']);
  const signature = await subtle.sign({ name: 'ECDSA', hash: 'SHA-384' }, ecdsa.privateKey, Buffer.from('m'));
  console.log(
    signature.byteLength,
    await subtle.verify({ name: 'ECDSA', hash: 'SHA-384' }, ecdsa.publicKey, signature, Buffer.from('m')),
    ecdsa.publicKey,
  );
  const imported = await subtle.importKey(
    'jwk',
    c.createPrivateKey(keys.ed).export({ format: 'jwk' }),
    'Ed25519',
    true,
    ['sign'],
  );
  console.log(Buffer.from(await subtle.sign('Ed25519', imported, Buffer.from('m'))).toString('hex'));
});
