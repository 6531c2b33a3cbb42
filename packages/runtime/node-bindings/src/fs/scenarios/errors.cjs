// Every call of fs against paths and descriptors that fail: name, message, members and their order.
const fs = require('fs');
fs.mkdirSync('d/e', { recursive: true });
fs.writeFileSync('f', 'text');
fs.symlinkSync('loop', 'loop');
fs.symlinkSync('nowhere', 'dangling');
const show = (title, act) => {
  try {
    const value = act();
    console.log(title, '->', typeof value === 'object' && value !== null ? value.constructor.name : value);
  } catch (error) {
    console.log(title, '!', error.name, error.message, Object.keys(error).map((key) => `${key}=${error[key]}`).join(' '));
  }
};
const calls = {
  accessSync: [['none'], ['f'], ['f', 1], ['d', 7], ['f/x']],
  appendFileSync: [['d', 'x'], ['none/x', 'x']],
  chmodSync: [['none', 0o644]], chownSync: [['none', 1, 1]], lchownSync: [['none', 1, 1]],
  closeSync: [[999]],
  copyFileSync: [['none', 'x'], ['d', 'x'], ['f', 'd'], ['f', 'f', 1], ['f', 'f'], ['f', 'none/x'], ['f', 'y', 4]],
  existsSync: [['none'], ['f'], ['loop'], ['dangling'], ['f/']],
  fchmodSync: [[999, 0o644]], fchownSync: [[999, 1, 1]], fdatasyncSync: [[999]], fstatSync: [[999]], fsyncSync: [[999]],
  ftruncateSync: [[999, 1]], futimesSync: [[999, 1, 1]],
  linkSync: [['none', 'x'], ['d', 'x'], ['f', 'f'], ['f', 'none/x']],
  lstatSync: [['none'], ['f/x'], ['none', { throwIfNoEntry: false }], ['f/x', { throwIfNoEntry: false }]],
  lutimesSync: [['none', 1, 1]],
  mkdirSync: [['d'], ['none/x'], ['f/x'], ['f', { recursive: true }], ['f/x/y', { recursive: true }], ['d', { recursive: true }], ['d/q/r', { recursive: true }], ['loop/x', { recursive: true }]],
  mkdtempSync: [['none/x']],
  opendirSync: [['none'], ['f']],
  openSync: [['none'], ['d', 'w'], ['f', 'wx'], ['f/', 'r'], ['none/', 'w'], ['loop'], ['dangling'], ['x'.repeat(300), 'w'], ['f/x', 'w']],
  readSync: [[999, Buffer.alloc(4)]],
  readdirSync: [['none'], ['f'], ['f', { withFileTypes: true }]],
  readFileSync: [['none'], ['d'], ['none', 'utf8'], ['d', 'utf8'], [999, 'utf8'], [999]],
  readlinkSync: [['none'], ['f'], ['d']],
  readvSync: [[999, [Buffer.alloc(1)]]],
  realpathSync: [['none'], ['loop'], ['dangling'], ['f/x']],
  'realpathSync.native': [['none'], ['loop'], ['f/x']],
  renameSync: [['none', 'x'], ['d', 'd/e/x'], ['d', 'f'], ['f', 'd'], ['f', 'none/x'], ['f', 'f']],
  rmSync: [['none'], ['d'], ['none', { force: true }], ['f/x', { force: true }]],
  rmdirSync: [['none'], ['f'], ['d']],
  statSync: [['none'], ['none', { throwIfNoEntry: false }], ['f/x', { throwIfNoEntry: false }], ['loop'], ['loop', { throwIfNoEntry: false }]],
  statfsSync: [['none']],
  symlinkSync: [['a', 'f'], ['a', 'none/x']],
  truncateSync: [['none'], ['d']],
  unlinkSync: [['none'], ['d'], ['f/x']],
  utimesSync: [['none', 1, 1]],
  watch: [['none']],
  writeFileSync: [['d', 'x'], ['none/x', 'x'], ['f', 'x', { flag: 'wx' }], [999, 'x'], [999, Buffer.from('x')]],
  writeSync: [[999, 'x'], [999, Buffer.from('x')]],
  writevSync: [[999, [Buffer.from('x')]]],
};
for (const [name, argumentLists] of Object.entries(calls)) {
  const method = name.split('.').reduce((object, key) => object[key], fs);
  for (const args of argumentLists) {
    show(`${name} ${JSON.stringify(args.map((arg) => (Buffer.isBuffer(arg) ? 'bytes' : String(arg).length > 99 ? 'long' : arg)))}`, () => method(...args));
  }
}
const readOnly = fs.openSync('f', 'r');
const writeOnly = fs.openSync('f', 'r+');
show('write to a read-only descriptor', () => fs.writeSync(readOnly, 'x'));
show('truncate a read-only descriptor', () => fs.ftruncateSync(readOnly, 1));
fs.closeSync(writeOnly);
show('close twice', () => fs.closeSync(writeOnly));
const appendOnly = fs.openSync('f', 'a');
show('read from a write-only descriptor', () => fs.readSync(appendOnly, Buffer.alloc(3)));
const directory = fs.openSync('d', 'r');
show('read from a directory', () => fs.readSync(directory, Buffer.alloc(3)));

// The same failures later: no frames in the stack, the callback gets the error alone.
const callbacks = {
  access: ['none'], chmod: ['none', 0], chown: ['none', 0, 0], close: [999], copyFile: ['none', 'x'], fstat: [999], ftruncate: [999], fsync: [999], futimes: [999, 1, 1],
  lchown: ['none', 1, 1], link: ['none', 'x'], lstat: ['none'], lutimes: ['none', 1, 1], mkdir: ['d'], mkdtemp: ['none/x'], open: ['none'], opendir: ['none'], readFile: ['none'],
  readdir: ['none'], readlink: ['f'], realpath: ['none'], rename: ['none', 'x'], rm: ['none'], rmdir: ['d'], stat: ['none'], statfs: ['none'], symlink: ['a', 'f'], truncate: ['none'],
  unlink: ['d'], utimes: ['none', 1, 1], writeFile: ['d', 'x'],
};
const untemp = (message) => message.replace(/none\/x\w{6}/, 'none/xRANDOM');
(async () => {
  for (const [name, args] of Object.entries(callbacks)) {
    await new Promise((resolve) => fs[name](...args, (error, ...rest) => {
      console.log('callback', name, untemp(error.message), error.stack.split('\n').length, Object.keys(error).join(), rest.length);
      resolve();
    }));
  }
  for (const [name, args] of Object.entries(callbacks)) {
    // Those that take a descriptor have no promise form.
    if (fs.promises[name] === undefined) continue;
    await fs.promises[name](...args).catch((error) => console.log('promise', name, untemp(error.message), error.stack.split('\n').length > 0, Object.keys(error).join()));
  }
})();
