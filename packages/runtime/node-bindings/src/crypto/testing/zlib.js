// Compression through streams and at once, with its errors.
const z = require('zlib'),
  { pipeline, Readable } = require('stream');
const src = Buffer.from('abcdefgh'.repeat(5e4));
(async () => {
  const out = [];
  const g = z.createGzip();
  g.on('data', (d2) => out.push(d2));
  g.write(src.subarray(0, 1e3));
  await new Promise((r) => g.flush(r));
  console.log('flushed', Buffer.concat(out).length > 0);
  g.end(src.subarray(1e3));
  await new Promise((r) => g.on('end', r));
  console.log(z.gunzipSync(Buffer.concat(out)).equals(src));
  await new Promise((r) =>
    z.gunzip(Buffer.from('garbage'), (e) => {
      console.log(e.code, e.errno, e.message);
      r();
    }),
  );
  try {
    z.inflateSync(z.deflateSync(src).subarray(0, 20));
  } catch (e) {
    console.log(e.code, e.message);
  }
  const d = z.createDeflate({ level: 1 });
  const parts = [];
  d.on('data', (x) => parts.push(x));
  d.write(src.subarray(0, 5e3));
  await new Promise((r) => d.params(9, 0, r));
  d.end(src.subarray(5e3));
  await new Promise((r) => d.on('end', r));
  console.log(z.inflateSync(Buffer.concat(parts)).equals(src));
  console.log(z.crc32('hello'), z.crc32(Buffer.from('lo'), z.crc32('hel')));
  console.log(
    z.deflateRawSync('').toString('hex'),
    z.gunzipSync(Buffer.concat([z.gzipSync('a'), z.gzipSync('b')])).toString(),
  );
  try {
    z.gunzipSync(z.gzipSync(src), { maxOutputLength: 100 });
  } catch (e) {
    console.log(e.code);
  }
  await new Promise((r) =>
    pipeline(
      Readable.from([src, src]),
      z.createGzip(),
      z.createGunzip(),
      async function* (s) {
        let n = 0;
        for await (const c of s) n += c.length;
        console.log(n);
      },
      (e) => {
        console.log(e);
        r();
      },
    ),
  );
  const u = z.createUnzip();
  u.end(z.deflateSync('xyz'));
  for await (const c of u) console.log(c.toString());
  const i = z.createInflate({ dictionary: Buffer.from('abc') });
  i.on('error', (e) => console.log(e.code, e.errno, e.message));
  i.end(z.deflateSync('abcabc', { dictionary: Buffer.from('abd') }));
})();
