// Reading, writing, positions, sizes, times, encodings: synchronous, by callback, by promise.
const fs = require('fs');
const path = require('path');
const log = (...values) => console.log(...values);
const mode = (file) => (fs.lstatSync(file).mode & 0o177777).toString(8);

fs.writeFileSync('a', 'héllo');
log(fs.readFileSync('a'), fs.readFileSync('a', 'utf8'), fs.readFileSync('a', 'latin1'), fs.statSync('a').size);
fs.appendFileSync('a', ' wörld');
log(fs.readFileSync('a', 'utf8'), mode('a'));
fs.writeFileSync('bom', '\ufeffx');
log(fs.readFileSync('bom', 'utf8').length);
fs.writeFileSync('m', 'x', { mode: 0o600 });
fs.writeFileSync('m', 'yy', { mode: 0o777 });
log(mode('m'), process.umask().toString(8));
process.umask(0o077);
fs.writeFileSync('um', '');
fs.mkdirSync('umd');
log(mode('um'), mode('umd'));
process.umask(0o022);
fs.chmodSync('um', 0o4755);
log(mode('um'));

const fd = fs.openSync('b', 'w+', 0o640);
log(fs.writeSync(fd, 'abcdef'), fs.writeSync(fd, 'XY', 2), fs.writeSync(fd, Buffer.from('__tail'), 2), mode('b'));
log(fs.readFileSync('b', 'utf8'), fs.readFileSync(fd, 'utf8'));
const bytes = Buffer.alloc(8, '.');
log(fs.readSync(fd, bytes, 1, 4, 0), bytes.toString(), fs.readSync(fd, bytes), fs.readSync(fd, bytes, { position: 2n, length: 2 }), bytes.toString());
log(fs.writevSync(fd, [Buffer.from('1'), Buffer.from(''), Buffer.from('23')], 0), fs.readvSync(fd, [bytes.subarray(0, 2), bytes.subarray(4)], 0), bytes.toString());
log(fs.writeSync(fd, 'ÿ', 20, 'latin1'), fs.fstatSync(fd).size, fs.readFileSync('b').subarray(8));
fs.ftruncateSync(fd, 3);
log(fs.readFileSync('b', 'utf8'), fs.fstatSync(fd).size);
fs.truncateSync('b', 6);
log(fs.readFileSync('b'));
fs.futimesSync(fd, 1000.5, 2000.25);
const stat = fs.statSync('b');
log(stat.atimeMs, stat.mtimeMs, stat.mtime, stat.isFile(), stat.nlink, stat.blksize, stat.uid === process.getuid());
log(fs.statSync('b', { bigint: true }).mtimeNs, typeof fs.statSync('b', { bigint: true }).ino);
fs.fsyncSync(fd);
fs.fdatasyncSync(fd);
fs.closeSync(fd);
fs.utimesSync('b', new Date(5000), '7');
log(fs.statSync('b').mtimeMs, fs.statSync('b').atimeMs);

const appended = fs.openSync('c', 'a+');
fs.writeSync(appended, 'one');
fs.writeSync(appended, 'two', 0);
log(fs.readFileSync('c', 'utf8'));
fs.closeSync(appended);

fs.writeFileSync('h', 'linked');
fs.linkSync('h', 'h2');
log(fs.statSync('h').nlink, fs.statSync('h').ino === fs.statSync('h2').ino);
fs.unlinkSync('h');
log(fs.readFileSync('h2', 'utf8'), fs.statSync('h2').nlink);
const gone = fs.openSync('h2');
fs.unlinkSync('h2');
log(fs.readFileSync(gone, 'utf8'), fs.fstatSync(gone).nlink);
fs.closeSync(gone);

fs.mkdirSync('t/u/v', { recursive: true });
fs.symlinkSync('u', 't/link');
fs.symlinkSync(path.resolve('a'), 't/abs');
log(fs.readlinkSync('t/link'), path.relative('.', fs.realpathSync('t/link/v/..')), path.relative('.', fs.realpathSync.native('t/abs')), fs.lstatSync('t/link').isSymbolicLink(), fs.lstatSync('t/link').size);
log(fs.readdirSync('t'), fs.readdirSync('t', { withFileTypes: true }).map((entry) => [entry.name, entry.isSymbolicLink(), entry.isDirectory(), entry.parentPath]), fs.readdirSync('.', { recursive: true }).sort());
for (const name of ['z', 'B', '_', 'é', '\u{1F600}', '\uFFFD', 'a.b', 'a']) fs.writeFileSync(path.join('t/u/v', name), '');
log(fs.readdirSync('t/u/v'), fs.readdirSync('t/u/v', 'hex'), fs.readdirSync(Buffer.from('t/u/v'), 'buffer').length);
const dir = fs.opendirSync('t');
const seen = [];
for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) seen.push(entry.name);
dir.closeSync();
log(seen.sort());
log(fs.mkdirSync('p/q/r', { recursive: true }), fs.mkdirSync('p/q/r', { recursive: true }), fs.mkdirSync(path.resolve('p/s'), { recursive: true }) === path.resolve('p/s'));
log(/^tmp-\w{6}$/.test(fs.mkdtempSync('tmp-')), fs.readdirSync('.').filter((name) => name.startsWith('tmp-')).length);
fs.renameSync('t', 'renamed');
fs.cpSync('renamed', 'copied', { recursive: true, verbatimSymlinks: true });
log(fs.readdirSync('copied', { recursive: true }).sort(), fs.readlinkSync('copied/link'));
fs.rmSync('renamed', { recursive: true });
log(fs.existsSync('renamed'), fs.statfsSync('.').bsize > 0);
log(fs.statSync('/dev/null').isCharacterDevice(), fs.readFileSync('/dev/null', 'utf8') === '', (fs.writeFileSync('/dev/null', 'x'), 'ok'));
{
  const sparse = fs.openSync('sparse', 'w+');
  fs.writeSync(sparse, 'end', 100_000);
  const hole = Buffer.alloc(4, 1);
  fs.readSync(sparse, hole, 0, 4, 50_000);
  log(fs.fstatSync(sparse).size, hole);
  fs.closeSync(sparse);
}
const order = [];
(async () => {
  const promises = fs.promises;
  await promises.writeFile('pw', 'promised');
  log(await promises.readFile('pw', 'utf8'), (await promises.stat('pw')).size, await promises.readdir('p'), await promises.access('pw'), await promises.mkdir('pa/pb', { recursive: true }));
  const handle = await promises.open('pw', 'r+');
  log(typeof handle.fd, (await handle.stat()).size, (await handle.read(Buffer.alloc(4), 0, 4, 2)).buffer.toString(), (await handle.write('##', 1)).bytesWritten, await handle.readFile('utf8'));
  await handle.truncate(4);
  await handle.appendFile('+');
  await handle.datasync();
  await handle.utimes(1, 2);
  log(await promises.readFile('pw', 'utf8'), (await handle.stat()).mtimeMs);
  await handle.close();
  log(handle.fd);
  await handle.close().then(() => log('closed twice'), (error) => log(error.message));
  for await (const line of (await promises.open('pw')).readLines()) log('line', line);
  for await (const entry of await promises.opendir('p')) log('entry', entry.name, entry.isDirectory());
  log(await Promise.all([1, 2, 3].map((size) => promises.writeFile(`many${size}`, 'x'.repeat(size)).then(() => promises.stat(`many${size}`)).then((result) => result.size))));
  await promises.cp('copied', 'copied2', { recursive: true });
  log((await promises.readdir('copied2')).sort(), await promises.rm('copied2', { recursive: true }), fs.existsSync('copied2'));
  log(await promises.stat('nothing', { throwIfNoEntry: false }));

  await new Promise((resolve) => {
    const out = fs.createWriteStream('stream');
    out.write('first ');
    out.write(Buffer.alloc(200_000, 'x'));
    out.end(' last', () => {
      log(fs.statSync('stream').size, out.bytesWritten);
      let count = 0;
      fs.createReadStream('stream', { start: 6, end: 150_005 }).on('data', (chunk) => (count += chunk.length)).on('close', () => {
        log('streamed', count);
        resolve();
      });
    });
  });
  await new Promise((resolve) => {
    fs.readFile('a', () => {
      order.push('callback');
      process.nextTick(() => order.push('tick'));
      Promise.resolve().then(() => order.push('microtask'));
      setImmediate(() => {
        order.push('immediate');
        resolve();
      });
    });
    order.push('sync');
  });
  log(order);
})();
