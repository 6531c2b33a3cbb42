// Names that are no UTF-8, sockets in the file system, a working directory that is gone, links in the way of cp.
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

const attempt = (title, act) => {
  try {
    console.log(title, act());
  } catch (error) {
    console.log(title, error.code, error.syscall, error.message.replaceAll(process.cwd(), '.'));
  }
};

async function names() {
  fs.mkdirSync('names');
  const raw = Buffer.from('a\xffb\xe9', 'latin1');
  fs.writeFileSync(Buffer.concat([Buffer.from('names/'), raw]), 'raw');
  fs.writeFileSync('names/\ud800', 'lone');
  console.log(fs.readdirSync('names'));
  console.log(fs.readdirSync('names', 'buffer'));
  console.log(fs.readdirSync('names', 'latin1'));
  for (const name of fs.readdirSync('names', { encoding: 'buffer' })) console.log(String(fs.readFileSync(Buffer.concat([Buffer.from('names/'), name]))));
  attempt('as text', () => fs.readFileSync('names/a\ufffdb\ufffd', 'utf8'));
  attempt('as bytes', () => fs.readFileSync(Buffer.from('names/\xfe', 'latin1')));
  fs.symlinkSync(raw, 'names/link');
  console.log(fs.readlinkSync('names/link', 'buffer'), fs.readlinkSync('names/link'));
  const directory = fs.opendirSync('names', { encoding: 'buffer' });
  const listed = [];
  for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) listed.push(entry.name.toString('hex'));
  directory.closeSync();
  console.log(listed.sort());
}

async function sockets() {
  fs.mkdirSync('sockets');
  const server = net.createServer().listen('sockets/s');
  await new Promise((resolve) => server.once('listening', resolve));
  const stat = fs.statSync('sockets/s');
  console.log(stat.isSocket(), stat.isFile(), (stat.mode & 0o777).toString(8), stat.size);
  console.log(fs.readdirSync('sockets', { withFileTypes: true }).map((entry) => [entry.name, entry.isSocket()]));
  attempt('open', () => fs.openSync('sockets/s'));
  attempt('read', () => fs.readFileSync('sockets/s'));
  attempt('write', () => fs.writeFileSync('sockets/s', 'x'));
  attempt('append', () => fs.appendFileSync('sockets/s', 'x'));
  attempt('cpSync', () => fs.cpSync('sockets/s', 'sockets/t'));
  attempt('copyFile', () => fs.copyFileSync('sockets/s', 'sockets/t'));
  await fs.promises.cp('sockets/s', 'sockets/t').catch((error) => console.log('cp', error.code));
  await new Promise((resolve) => server.close(resolve));
  console.log(fs.readdirSync('sockets'));
}

async function copies() {
  fs.mkdirSync('copies/a/b', { recursive: true });
  fs.symlinkSync(path.resolve('copies/a/b'), 'copies/a/link');
  fs.mkdirSync('other/a', { recursive: true });
  fs.writeFileSync('other/a/link', 'in the way');
  attempt('link over file', () => fs.cpSync('copies', 'other', { recursive: true }));
  fs.symlinkSync(path.resolve('copies'), 'into');
  attempt('into itself by a link', () => fs.cpSync('copies', 'into/c'));
  fs.mkdirSync('target');
  fs.mkdirSync('linked');
  fs.symlinkSync(path.resolve('target'), 'linked/link');
  attempt('first', () => fs.cpSync('linked', 'target', { recursive: true }));
  attempt('again', () => fs.cpSync('linked', 'target', { recursive: true }));
}

async function descriptors() {
  for (const fd of [true, null, undefined, {}, '1', 1.5, -1, 2 ** 31]) {
    attempt(`read ${fd}`, () => fs.readSync(fd, Buffer.alloc(1), 0, 1, 0));
    attempt(`write ${fd}`, () => fs.writeSync(fd, 'x'));
    attempt(`writev ${fd}`, () => fs.writevSync(fd, [Buffer.alloc(1)]));
  }
}

/** Parent and child stand at one place in a file they share. */
function children() {
  const { spawnSync } = require('node:child_process');
  const out = fs.openSync('out', 'w+');
  fs.writeSync(out, 'parent ');
  const write = `fs.writeSync(1, 'child '); fs.writeSync(2, 'error '); require('child_process').spawnSync(process.execPath, ['-e', 'fs.writeSync(1, "grandchild ")'], { stdio: 'inherit' }); fs.writeSync(1, 'child again ')`;
  console.log(spawnSync(process.execPath, ['-e', write], { stdio: ['ignore', out, out] }).status);
  fs.writeSync(out, 'parent again\n');
  fs.closeSync(out);
  console.log(fs.readFileSync('out', 'utf8'));
  const input = fs.openSync('out', 'r');
  const piece = Buffer.alloc(7);
  fs.readSync(input, piece);
  const child = spawnSync(process.execPath, ['-e', `const piece = Buffer.alloc(6); fs.readSync(0, piece); console.log('[' + piece + ']')`], { stdio: [input, 'pipe', 'inherit'] });
  fs.readSync(input, piece);
  console.log(String(child.stdout), `[${piece}]`);
  fs.closeSync(input);
}

async function gone() {
  const home = process.cwd();
  fs.mkdirSync('gone');
  process.chdir('gone');
  fs.rmdirSync('../gone');
  const tell = (error) => console.log(error?.code, error?.syscall);
  for (const recursive of [true, false]) {
    try {
      fs.mkdirSync('x', { recursive });
    } catch (error) {
      tell(error);
    }
  }
  await new Promise((resolve) => fs.mkdir('x', { recursive: true }, (error) => resolve(tell(error))));
  process.chdir(home);
}

async function watchers() {
  fs.mkdirSync('watched/deep', { recursive: true });
  const events = [];
  const first = fs.watch('watched', (type, name) => events.push(['first', type, name]));
  fs.writeFileSync('watched/before', '1');
  fs.writeFileSync('watched/deep/before', '1');
  const second = fs.watch('watched/deep', (type, name) => events.push(['second', type, name]));
  fs.writeFileSync('watched/deep/before', '22');
  while (!events.some(([who]) => who === 'second')) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log(events.filter(([who]) => who === 'second')[0], events.some(([who, type]) => who === 'first' && type === 'rename'));
  first.close();
  second.close();
  await new Promise((resolve) => {
    fs.watchFile('never', { interval: 5 }, (now, before) => {
      console.log(now, before);
      fs.unwatchFile('never');
      resolve();
    });
  });
}

(async () => {
  await names();
  await sockets();
  await copies();
  await descriptors();
  children();
  await gone();
  await watchers();
})();
