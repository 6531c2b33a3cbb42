// The empty path in every call of fs, in each of its forms and positions: what it answers, and that the working folder stands after.
const fs = require('fs');
const { spawn, spawnSync } = require('child_process');
const E = '';
fs.writeFileSync('f', 'text');
fs.mkdirSync('d/e', { recursive: true });

const cwd = process.cwd();
const plain = (value) => (typeof value === 'string' ? value.replaceAll(cwd, 'CWD') : value === null || typeof value !== 'object' ? value : value.constructor.name);
const told = (error) => `${error.name} ${error.message} ${Object.keys(error).map((key) => `${key}=${error[key]}`).join(' ')}`.replaceAll(cwd, 'CWD').replaceAll(process.execPath, 'NODE');

// Arguments by name: of the sync form, of the callback form and of the promise.
const calls = {
  access: [[E], [E, 4]], appendFile: [[E, 'x']], chmod: [[E, 0o700]], chown: [[E, 0, 0]], lchown: [[E, 0, 0]],
  copyFile: [[E, 'x'], ['f', E], [E, E]], cp: [[E, 'x', { recursive: true }], ['f', E], ['d', E, { recursive: true }], [E, E, { recursive: true }]],
  link: [[E, 'x'], ['f', E]], lstat: [[E], [E, { bigint: true }]], lutimes: [[E, 1, 1]],
  mkdir: [[E], [E, { recursive: true }], [E, { recursive: true, mode: 0o700 }]], 
  open: [[E], [E, 'w'], [E, 'a+'], [E, 'wx'], [E, 'r+']], opendir: [[E], [E, { recursive: true }]],
  readFile: [[E], [E, 'utf8'], [E, { flag: 'a+' }]], readdir: [[E], [E, { recursive: true }], [E, { withFileTypes: true }], [E, { recursive: true, withFileTypes: true }]],
  readlink: [[E], [E, 'buffer']], realpath: [[E]], rename: [[E, 'x'], ['f', E], ['d', E], [E, E]],
  rm: [[E], [E, { force: true }], [E, { recursive: true }], [E, { recursive: true, force: true }]], rmdir: [[E]],
  stat: [[E], [E, { bigint: true }]], statfs: [[E]], symlink: [[E, 'x'], ['f', E], ['d', E, 'dir'], [E, E]],
  truncate: [[E], [E, 3]], unlink: [[E]], utimes: [[E, 1, 1]], writeFile: [[E, 'x'], [E, Buffer.from('x')], [E, 'x', { flag: 'wx' }], [E, 'x', { flag: 'a' }]],
};
const onlySync = {
  existsSync: [[E], [Buffer.alloc(0)]], statSync: [[E, { throwIfNoEntry: false }]], lstatSync: [[E, { throwIfNoEntry: false }]], globSync: [[E], ['*', { cwd: E }]],
  accessSync: [[Buffer.alloc(0)]], readFileSync: [[Buffer.alloc(0)]], readdirSync: [[Buffer.alloc(0)]], rmdirSync: [[Buffer.alloc(0)]], unlinkSync: [[Buffer.alloc(0)]],
  mkdirSync: [[Buffer.alloc(0), { recursive: true }]], renameSync: [['f', Buffer.alloc(0)]],
};

function sync(title, act) {
  try {
    const value = act();
    console.log(title, '->', Array.isArray(value) ? value.map(plain).join() : plain(value));
  } catch (error) {
    console.log(title, '!', told(error));
  }
}
const promised = (title, promise) => promise.then((value) => console.log(title, '->', plain(value)), (error) => console.log(title, '!', told(error)));
const called = (title, method, args) => new Promise((resolve) => {
  try {
    method(...args, (error, value) => {
      console.log(title, error === null || error === undefined ? `-> ${plain(value)}` : `! ${told(error)}`);
      resolve();
    });
  } catch (error) {
    console.log(title, 'throws', told(error));
    resolve();
  }
});
const heard = (title, emitter, names) => new Promise((resolve) => {
  for (const name of names) emitter.on(name, (value) => { console.log(title, name, value instanceof Error ? told(value) : plain(value)); resolve(); });
});
const standing = () => ['f', 'd', 'd/e', '.'].map((name) => `${name} ${fs.existsSync(name)}`).join();

async function main() {
  for (const [name, lists] of Object.entries(calls)) {
    for (const args of lists) {
      const shown = JSON.stringify(args);
      sync(`${name}Sync ${shown}`, () => fs[`${name}Sync`](...args));
      await called(`${name} ${shown}`, fs[name], args);
      if (fs.promises[name] !== undefined) await promised(`promises.${name} ${shown}`, (async () => fs.promises[name](...args))());
      if (!standing().startsWith('f true,d true,d/e true,. true')) console.log('LOST', standing());
    }
  }
  for (const [name, lists] of Object.entries(onlySync)) for (const args of lists) sync(`${name} ${JSON.stringify(args)}`, () => fs[name](...args));
  for (const made of [fs.mkdtempSync(E), await fs.promises.mkdtemp(E)]) {
    console.log('mkdtemp', made.length);
    fs.rmdirSync(made);
  }
  sync('realpathSync.native', () => fs.realpathSync.native(E));
  await called('realpath.native', fs.realpath.native, [E]);
  await new Promise((resolve) => { fs.exists(E, (there) => { console.log('exists', there); resolve(); }); });
  await called('glob', fs.glob, [E]);
  await heard('createReadStream', fs.createReadStream(E), ['error', 'open']);
  await heard('createWriteStream', fs.createWriteStream(E), ['error', 'open']);
  sync('watch', () => fs.watch(E).close());
  sync('watch recursive', () => fs.watch(E, { recursive: true }).close());
  await promised('promises.watch', (async () => { for await (const event of fs.promises.watch(E)) return event; return 'nothing'; })());
  await promised('openAsBlob', (async () => fs.openAsBlob(E))());
  sync('watchFile', () => fs.watchFile(E, { interval: 5 }, () => undefined));
  fs.unwatchFile(E);
  sync('chdir', () => process.chdir(E));
  sync('loadEnvFile', () => process.loadEnvFile(E));
  sync('cwd', () => process.cwd());
  const inFolder = spawnSync(process.execPath, ['-p', '1'], { cwd: E });
  console.log('spawnSync cwd', inFolder.status, String(inFolder.stdout), inFolder.error && told(inFolder.error));
  const child = spawn(process.execPath, ['-p', 'process.cwd()'], { cwd: E });
  child.stdout.on('data', (text) => console.log('spawn cwd', plain(String(text))));
  await heard('spawn cwd', child, ['error', 'close']);
  sync('spawn nothing', () => spawnSync(E));
  sync('require', () => require(E));
  fs.symlinkSync('d', 'to-d');
  console.log(standing(), fs.readdirSync('.').sort().join());
}
main();
