// FileHandle, Dir and streams over them; requests and their order; AsyncLocalStorage across callbacks.
const fs = require('fs');
const { AsyncLocalStorage } = require('async_hooks');
const log = (...values) => console.log(...values);
(async () => {
  const text = Array.from({ length: 2000 }, (_, line) => `line ${line}`).join('\n');
  await fs.promises.writeFile('t', text);
  const handle = await fs.promises.open('t');
  log(handle.constructor.name, Object.keys(handle), typeof handle.getAsyncId());
  let lines = 0;
  for await (const line of handle.readLines()) if (line.startsWith('line')) lines++;
  log(lines);
  const again = await fs.promises.open('t');
  let bytes = 0;
  for await (const chunk of again.readableWebStream()) bytes += chunk.byteLength;
  log(bytes === text.length);
  await again.close();
  const third = await fs.promises.open('t', 'a+');
  const stream = third.createWriteStream();
  stream.end('!');
  await new Promise((resolve) => stream.on('close', resolve));
  log(fs.readFileSync('t', 'utf8').at(-1), third.fd);
  {
    await using fourth = await fs.promises.open('t');
    log((await fourth.readv([Buffer.alloc(3), Buffer.alloc(4)], 2)).buffers.map(String));
  }
  const fifth = await fs.promises.open('v', 'w+');
  log((await fifth.writev([Buffer.from('ab'), Buffer.from('cd')])).bytesWritten, await fifth.sync(), await fifth.chmod(0o600), await fifth.readFile({ encoding: 'utf8' }));
  await fifth.writeFile('xyz');
  log(fs.readFileSync('v', 'utf8'));
  const closing = fifth.close();
  await fifth.read(Buffer.alloc(1)).catch((error) => log(error.message));
  await closing;
  await fs.promises.open('none').catch((error) => log(error.message));
  await fs.promises.writeFile('g', (function* () { yield 'a'; yield 'b'; })());
  log(fs.readFileSync('g', 'utf8'));
  await fs.promises.readFile('g', { signal: AbortSignal.abort() }).catch((error) => log(error.name, error.code));

  fs.mkdirSync('d/e', { recursive: true });
  for (let index = 0; index < 40; index++) fs.writeFileSync(`d/f${index}`, '');
  const dir = await fs.promises.opendir('d', { bufferSize: 7 });
  let count = 0;
  for (let entry = await dir.read(); entry !== null; entry = await dir.read()) count += entry.isFile() ? 1 : 100;
  await dir.close();
  log(count);
  await dir.read().catch((error) => log(error.code));
  const recursive = [];
  for await (const entry of await fs.promises.opendir('.', { recursive: true })) recursive.push(entry.name);
  log(recursive.length);

  const storage = new AsyncLocalStorage();
  await new Promise((resolve) => storage.run('inside', () => fs.stat('t', () => {
    log(storage.getStore());
    fs.readFile('t', () => {
      log(storage.getStore());
      resolve();
    });
  })));
  const order = [];
  await Promise.all([
    new Promise((resolve) => fs.stat('t', () => { order.push('stat'); resolve(); })),
    fs.promises.stat('t').then(() => order.push('promise')),
    new Promise((resolve) => fs.access('t', () => { order.push('access'); resolve(); })),
  ]);
  // Native Node asks four threads: which is first is chance.
  log(order.sort());
  const blob = await fs.openAsBlob('t');
  log(blob.size, (await blob.text()).length);
})().catch((error) => log('FAILED', error));
