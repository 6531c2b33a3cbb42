/**
 * MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4). The browser's own
 * digests answer by promise, and this shell never waits for one.
 */
export type DigestName = 'md5' | 'sha1' | 'sha256';

/** In lower-case hex, as md5sum and its like print it. The whole message is padded, and so copied, at once. */
export function digest(name: DigestName, message: Uint8Array): string {
  const padded = pad(message, name === 'md5');
  const view = new DataView(padded.buffer);
  const words = name === 'md5' ? md5(view) : name === 'sha1' ? sha1(view) : sha256(view);
  const result = new DataView(new ArrayBuffer(words.length * 4));
  // MD5 writes its words the other way round (RFC 1321, 3.5).
  words.forEach((word, index) => result.setUint32(index * 4, word, name === 'md5'));
  return Array.from(new Uint8Array(result.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function pad(message: Uint8Array, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  // FIPS 180-4, 5.1.1: at least nine bytes are added, the bit's and the length's.
  // The message, a bit, zeros, and its length in bits: whole blocks of 64 bytes.
  const length = Math.ceil((message.length + 9) / 64) * 64;
  const padded = new Uint8Array(length);
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(length - 8, BigInt(message.length) * 8n, littleEndian);
  return padded;
}

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const rotateRight = (value: number, bits: number): number => (value >>> bits) | (value << (32 - bits));

/** The four words of RFC 1321, 3.3 and 3.4. */
function md5(view: DataView): number[] {
  // RFC 1321, 3.4: shifts by round, constants from the sine.
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const sines = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      // RFC 1321, 3.4: in which order each round takes the words.
      const g = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + f + (sines[i] ?? 0) + view.getInt32(block + g * 4, true)) | 0;
      a = d;
      d = c;
      c = b;
      b = (b + rotateLeft(sum, shifts[round * 4 + (i & 3)] ?? 0)) | 0;
    }
    a0 = (a0 + a) | 0;
    b0 = (b0 + b) | 0;
    c0 = (c0 + c) | 0;
    d0 = (d0 + d) | 0;
  }
  return [a0, b0, c0, d0];
}

/** FIPS 180-4, 6.1. */
function sha1(view: DataView): number[] {
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
  const w = new Int32Array(80);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(block + i * 4);
    for (let i = 16; i < 80; i++)
      w[i] = rotateLeft((w[i - 3] ?? 0) ^ (w[i - 8] ?? 0) ^ (w[i - 14] ?? 0) ^ (w[i - 16] ?? 0), 1);
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      // FIPS 180-4, 4.1.1 and 4.2.1: function and constant for each twenty steps.
      const [f, k] =
        i < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      const next = (rotateLeft(a, 5) + f + e + k + (w[i] ?? 0)) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = next;
    }
    [a, b, c, d, e].forEach((value, index) => (state[index] = ((state[index] ?? 0) + value) | 0));
  }
  return state;
}

/** Fractional parts of the roots of the first primes, as the standard derives its constants. */
function primeRoots(count: number, root: (prime: number) => number): number[] {
  const constants: number[] = [];
  for (let candidate = 2; constants.length < count; candidate++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) isPrime = false;
    if (isPrime) constants.push(((root(candidate) % 1) * 2 ** 32) | 0);
  }
  return constants;
}

/** FIPS 180-4, 6.2; its constants are the roots of primes (4.2.2, 5.3.3). */
function sha256(view: DataView): number[] {
  const k = primeRoots(64, Math.cbrt);
  const state = primeRoots(8, Math.sqrt);
  const w = new Int32Array(64);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(block + i * 4);
    for (let i = 16; i < 64; i++) {
      // FIPS 180-4, 6.2.2; sigma 0 and 1 of 4.1.2.
      const x = w[i - 15] ?? 0;
      const y = w[i - 2] ?? 0;
      w[i] =
        ((w[i - 16] ?? 0) +
          (rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3)) +
          (w[i - 7] ?? 0) +
          (rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10))) |
        0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i++) {
      const t1 =
        (h +
          (rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)) +
          ((e & f) ^ (~e & g)) +
          (k[i] ?? 0) +
          (w[i] ?? 0)) |
        0;
      const t2 = ((rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, index) => (state[index] = ((state[index] ?? 0) + value) | 0));
  }
  return state;
}
