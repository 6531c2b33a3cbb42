// Brotli and Zstandard, at once and through streams, with their errors.
const zlib = require('zlib');
const { Readable } = require('stream');
const { pipeline } = require('stream/promises');
const text = Buffer.from('the quick brown fox jumps over the lazy dog '.repeat(3000));
const attempt = (action) => {
  try {
    console.log(action());
  } catch (error) {
    console.log(error.code, error.errno, error.message);
  }
};

(async () => {
  for (const [name, compress, decompress] of [
    ['brotli', zlib.brotliCompressSync, zlib.brotliDecompressSync],
    ['zstd', zlib.zstdCompressSync, zlib.zstdDecompressSync],
  ]) {
    for (const input of [text, Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(1_000_000)]) {
      const packed = compress(input);
      console.log(name, packed.length < input.length + 20, decompress(packed).equals(input));
    }
    attempt(() => decompress(compress(text).subarray(0, 20)));
    attempt(() => decompress(compress(text), { maxOutputLength: 100 }));
  }
  attempt(() => zlib.brotliDecompressSync(Buffer.from([0x11, 0, 0, 0])));
  attempt(() => zlib.zstdDecompressSync('garbage garbage'));
  // What native Node wrote.
  console.log(
    zlib.brotliDecompressSync(Buffer.from('CwKAaGVsbG8D', 'base64')).toString(),
    zlib.zstdDecompressSync(Buffer.from('KLUv/SAFKQAAaGVsbG8=', 'base64')).toString(),
  );
  console.log(
    zlib.brotliDecompressSync(
      zlib.brotliCompressSync(text, {
        params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: text.length },
      }),
    ).length,
  );
  for (const [pack, unpack] of [
    [zlib.createBrotliCompress, zlib.createBrotliDecompress],
    [zlib.createZstdCompress, zlib.createZstdDecompress],
  ]) {
    const parts = [];
    await pipeline(Readable.from([text, text.subarray(0, 7)]), pack(), unpack(), async (source) => {
      for await (const chunk of source) parts.push(chunk);
    });
    console.log(Buffer.concat(parts).equals(Buffer.concat([text, text.subarray(0, 7)])));
  }
  // Flushed in the middle: what was written can be read before more comes; the whole is one stream.
  const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => Math.imul(index + 1, 0x9e3779b1) >>> 24));
  for (const [name, make, decompress] of [
    ['brotli', zlib.createBrotliCompress, zlib.brotliDecompressSync],
    ['zstd', zlib.createZstdCompress, zlib.zstdDecompressSync],
  ]) {
    for (const [what, pieces] of [
      ['text', [text, text]],
      ['noise', [noise, noise.subarray(0, 9), text, noise, text]],
      ['short', [Buffer.from('ab'), Buffer.from('c')]],
      ['nothing', []],
    ]) {
      const stream = make();
      const written = [];
      const unpack = name === 'brotli' ? zlib.createBrotliDecompress() : undefined;
      let readable = 0;
      unpack?.on('data', (chunk) => {
        readable += chunk.length;
      });
      stream.on('data', (chunk) => {
        written.push(chunk);
        unpack?.write(chunk);
      });
      await new Promise((resolve) => stream.flush(resolve));
      let total = 0;
      for (const piece of pieces) {
        stream.write(piece);
        await new Promise((resolve) => stream.flush(resolve));
        total += piece.length;
        while (unpack !== undefined && readable < total) await new Promise((resolve) => setImmediate(resolve));
        console.log(name, what, readable);
      }
      stream.end();
      await new Promise((resolve) => stream.on('end', resolve));
      console.log(name, what, decompress(Buffer.concat(written)).equals(Buffer.concat(pieces)));
    }
    const short = make();
    const bytes = [];
    short.on('data', (chunk) => bytes.push(chunk));
    short.write(noise.subarray(0, 16));
    await new Promise((resolve) => short.flush(resolve));
    console.log(name, Buffer.concat(bytes).toString('hex'));
    short.end();
    await new Promise((resolve) => short.on('end', resolve));
    console.log(name, Buffer.concat(bytes).toString('hex'));
  }
  const dictionary = text.subarray(0, 1000);
  const packed = zlib.zstdCompressSync(text.subarray(0, 500), { dictionary });
  console.log(packed.length < 40, zlib.zstdDecompressSync(packed, { dictionary }).equals(text.subarray(0, 500)));
  attempt(() => zlib.zstdDecompressSync(packed));
  attempt(() => zlib.zstdDecompressSync(packed, { params: { [zlib.constants.ZSTD_d_windowLogMax]: 1 } }));
})();
