// Brotli and Zstandard, at once and through streams, with their errors.
const zlib = require('zlib');
const { Readable } = require('stream');
const { pipeline } = require('stream/promises');
const text = Buffer.from('the quick brown fox jumps over the lazy dog '.repeat(3000));
const attempt = (action) => { try { console.log(action()); } catch (error) { console.log(error.code, error.errno, error.message); } };

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
  console.log(zlib.brotliDecompressSync(Buffer.from('CwKAaGVsbG8D', 'base64')).toString(), zlib.zstdDecompressSync(Buffer.from('KLUv/SAFKQAAaGVsbG8=', 'base64')).toString());
  console.log(zlib.brotliDecompressSync(zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: text.length } })).length);
  for (const [pack, unpack] of [[zlib.createBrotliCompress, zlib.createBrotliDecompress], [zlib.createZstdCompress, zlib.createZstdDecompress]]) {
    const parts = [];
    await pipeline(Readable.from([text, text.subarray(0, 7)]), pack(), unpack(), async (source) => { for await (const chunk of source) parts.push(chunk); });
    console.log(Buffer.concat(parts).equals(Buffer.concat([text, text.subarray(0, 7)])));
  }
})();
