// Hashes, MACs, ciphers, key derivation, secret keys and Web Crypto, with their errors.
const c = require('crypto');
for (const a of ['nope'])
  try {
    c.createHash(a);
  } catch (e) {
    console.log(e.code, e.message, e.constructor.name);
  }
try {
  c.createHmac('nope', 'k');
} catch (e) {
  console.log(e.code, e.message, e.constructor.name);
}
try {
  c.createCipheriv('nope', 'a', 'b');
} catch (e) {
  console.log(e.code, e.message);
}
try {
  c.createCipheriv('aes-128-cbc', 'a', Buffer.alloc(16));
} catch (e) {
  console.log(e.code, e.message);
}
try {
  const d = c.createDecipheriv('aes-128-gcm', Buffer.alloc(16), Buffer.alloc(12));
  d.setAuthTag(Buffer.alloc(16));
  d.update(Buffer.alloc(32));
  d.final();
} catch (e) {
  console.log(e.code, e.message);
}
try {
  const d = c.createDecipheriv('aes-128-cbc', Buffer.alloc(16), Buffer.alloc(16));
  d.update(Buffer.alloc(32));
  d.final();
} catch (e) {
  console.log(e.code, e.message, e.reason);
}
console.log(c.getCipherInfo('aes-256-gcm'), c.getCipherInfo('aes-128-cbc'));
const h = c.createHash('sha1');
h.update('a');
const k = h.copy();
h.update('b');
console.log(h.digest('hex'), k.digest('base64url'));
try {
  h.update('x');
} catch (e) {
  console.log(e.code);
}
console.log(
  c.hash('sha256', 'abc'),
  c.hash('md5', Buffer.from('abc'), 'base64'),
  c.createHash('shake128', { outputLength: 4 }).update('').digest('hex'),
);
console.log(
  c.pbkdf2Sync('p', 's', 10, 20, 'sha512').toString('hex'),
  c.scryptSync('p', 's', 20).toString('hex'),
  Buffer.from(c.hkdfSync('sha256', 'k', 's', 'i', 20)).toString('hex'),
);
const ci = c.createCipheriv('aes-192-ctr', Buffer.alloc(24, 1), Buffer.alloc(16, 2));
console.log(ci.update('hello', 'utf8', 'hex') + ci.final('hex'));
const key = c.createSecretKey(Buffer.from('secret'));
console.log(
  key.type,
  key.symmetricKeySize,
  key.export().toString(),
  key.export({ format: 'jwk' }),
  key.equals(c.createSecretKey(Buffer.from('secret'))),
  key,
);
console.log(c.createHmac('sha256', key).update('x').digest('hex'));
console.log(
  c.timingSafeEqual(Buffer.from('a'), Buffer.from('a')),
  c.randomBytes(5).length,
  c.randomInt(5) < 5,
  /^[0-9a-f-]{36}$/.test(c.randomUUID()),
  c.generateKeySync('aes', { length: 128 }).symmetricKeySize,
);
(async () => {
  const s = c.webcrypto.subtle;
  console.log(Buffer.from(await s.digest('SHA-256', Buffer.from('abc'))).toString('hex'));
  const k2 = await s.importKey('raw', Buffer.alloc(16, 1), { name: 'AES-GCM' }, true, ['encrypt', 'decrypt']);
  console.log(k2);
  const e = await s.encrypt({ name: 'AES-GCM', iv: Buffer.alloc(12) }, k2, Buffer.from('hi'));
  console.log(
    Buffer.from(e).toString('hex'),
    Buffer.from(await s.decrypt({ name: 'AES-GCM', iv: Buffer.alloc(12) }, k2, e)).toString(),
  );
  const hk = await s.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
  const sg = await s.sign('HMAC', hk, Buffer.from('m'));
  console.log(
    sg.byteLength,
    await s.verify('HMAC', hk, sg, Buffer.from('m')),
    hk.algorithm,
    (await s.exportKey('jwk', hk)).kty,
  );
  await s
    .decrypt({ name: 'AES-GCM', iv: Buffer.alloc(12) }, k2, Buffer.alloc(20))
    .catch((e2) => console.log(e2.name, e2.message));
  const pk = await s.importKey('raw', Buffer.from('pw'), 'PBKDF2', false, ['deriveBits']);
  console.log(
    Buffer.from(
      await s.deriveBits({ name: 'PBKDF2', salt: Buffer.from('s'), iterations: 5, hash: 'SHA-1' }, pk, 128),
    ).toString('hex'),
  );
  console.log(globalThis.crypto.getRandomValues(new Uint8Array(3)).length, typeof crypto.subtle.digest);
  c.randomBytes(3, (e2, b) => console.log(e2, b.length));
  c.pbkdf2('a', 'b', 1, 5, 'sha1', (e2, b) => console.log(e2, b));
  c.scrypt('a', 'b', 5, (e2, b) => console.log(e2, b));
  console.log(structuredClone(key)?.type);
})();
// A large piece at once, then more of it, copies in between.
const large = Buffer.alloc(3e6, 'large');
for (const a of ['sha1', 'sha256', 'sha384', 'sha512']) {
  console.log(c.createHash(a).update(large).digest('hex'));
  const h = c.createHash(a).update(large);
  large[0]++;
  const copy = h.copy();
  console.log(h.update('x').digest('hex'), copy.digest('hex'), c.hash(a, large));
}
// Streams of a block cipher.
for (const name of ['aes-128-cfb', 'aes-192-cfb8', 'aes-256-cfb1', 'aes-192-ofb', 'chacha20']) {
  const key = Buffer.alloc(name === 'chacha20' ? 32 : Number(name.split('-')[1]) / 8, 3);
  const cipher = c.createCipheriv(name, key, Buffer.alloc(16, 5));
  const text = Buffer.alloc(150, 'some text');
  const encrypted = Buffer.concat([
    cipher.update(text.subarray(0, 21)),
    cipher.update(text.subarray(21)),
    cipher.final(),
  ]);
  const decipher = c.createDecipheriv(name, key, Buffer.alloc(16, 5));
  console.log(
    name,
    encrypted.toString('hex'),
    Buffer.concat([decipher.update(encrypted), decipher.final()]).equals(text),
  );
  console.log(c.getCipherInfo(name), c.getCipherInfo(name, { ivLength: 12 }), c.getCiphers().includes(name));
}
console.log(c.getCipherInfo('aes-256-ocb'), c.getCipherInfo('aes-256-ocb', { ivLength: 16 }));
// Digests of two kinds: some that are rare, some that OpenSSL has put away.
for (const name of ['sm3', 'RSA-SM3', 'md5-sha1', 'md4', 'RSA-MD4', 'whirlpool', 'mdc2', 'nope'])
  try {
    const hash = c.createHash(name).update('ab');
    console.log(
      name,
      hash.copy().digest('hex'),
      hash.update('c').digest('hex'),
      c.createHmac(name, 'k').update('x').digest('hex'),
    );
  } catch (e) {
    console.log(name, e.code, e.message, e.opensslErrorStack, e.library, e.reason);
  }
// Authenticated ciphers that are not GCM.
for (const [name, key, iv, authTagLength] of [
  ['chacha20-poly1305', 32, 12, 16],
  ['chacha20-poly1305', 32, 12, undefined],
  ['aes-128-ccm', 16, 12, 16],
  ['aes-192-ccm', 24, 13, 8],
  ['aes-256-ccm', 32, 7, 4],
  ['aes-128-ocb', 16, 12, 16],
  ['aes-192-ocb', 24, 1, 8],
  ['aes-256-ocb', 32, 15, 1],
]) {
  for (const [length, aad] of [
    [0, 0],
    [0, 5],
    [1, 0],
    [100, 33],
    [1000, 16],
  ]) {
    const [k, v, text] = [Buffer.alloc(key, 7), Buffer.alloc(iv, 9), Buffer.alloc(length, 'text')];
    const cipher = c.createCipheriv(name, k, v, { authTagLength });
    if (aad > 0) cipher.setAAD(Buffer.alloc(aad, 1), { plaintextLength: length });
    const parts = /^chacha|ocb$/.test(name)
      ? [cipher.update(text.subarray(0, 13)), cipher.update(text.subarray(13))]
      : [cipher.update(text)];
    const encrypted = Buffer.concat([...parts, cipher.final()]);
    console.log(name, length, aad, encrypted.toString('hex').slice(0, 100), cipher.getAuthTag().toString('hex'));
    for (const flip of [0, 1]) {
      const decipher = c.createDecipheriv(name, k, v, { authTagLength });
      const tag = cipher.getAuthTag();
      tag[0] ^= flip;
      decipher.setAuthTag(tag);
      if (aad > 0) decipher.setAAD(Buffer.alloc(aad, 1), { plaintextLength: length });
      try {
        console.log(decipher.update(encrypted).length, Buffer.from(decipher.final()).length);
      } catch (e) {
        console.log(e.message, e.code);
      }
    }
  }
}
for (const make of [
  () => c.createCipheriv('aes-128-ccm', Buffer.alloc(16), Buffer.alloc(12)),
  () => c.createCipheriv('aes-128-ccm', Buffer.alloc(16), Buffer.alloc(12), { authTagLength: 5 }),
  () =>
    c
      .createCipheriv('aes-128-ccm', Buffer.alloc(16), Buffer.alloc(13), { authTagLength: 16 })
      .update(Buffer.alloc(65536)),
  () => c.createCipheriv('chacha20-poly1305', Buffer.alloc(32), Buffer.alloc(13)),
  () => c.createCipheriv('aes-128-ocb', Buffer.alloc(16), Buffer.alloc(12)),
  () => c.createCipheriv('aes-128-ocb', Buffer.alloc(16), Buffer.alloc(16), { authTagLength: 16 }),
  () => c.createCipheriv('aes-128-ocb', Buffer.alloc(16), Buffer.alloc(12), { authTagLength: 17 }),
])
  try {
    make();
  } catch (e) {
    console.log(e.name, e.code, e.message);
  }
console.log(
  c.getCipherInfo('aes-192-ccm'),
  c.getCipherInfo('chacha20-poly1305'),
  c.getCipherInfo('aes-128-ccm', { ivLength: 14 }),
);
