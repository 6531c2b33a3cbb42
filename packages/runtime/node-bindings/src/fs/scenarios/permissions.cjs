// What the owner of everything may not do: every process of a container is one user, and its modes bind it.
const fs = require('node:fs');

// Natively a test may be root, whom no mode binds.
if (process.getuid() === 0 && process.versions.webcontainer === undefined) {
  fs.chownSync('.', 65_534, 65_534);
  process.setgid(65_534);
  process.setuid(65_534);
}

const attempt = (title, act) => {
  try {
    const value = act();
    console.log(title, '->', Buffer.isBuffer(value) ? String(value) : typeof value === 'number' ? 'a number' : value);
    if (typeof value === 'number') fs.closeSync(value);
  } catch (error) {
    console.log(title, '!', error.code, error.syscall, error.message);
  }
};

fs.mkdirSync('d/in', { recursive: true });
fs.writeFileSync('d/file', 'content');
fs.writeFileSync('d/in/leaf', 'leaf');
fs.symlinkSync('d/in', 'link');
console.log(fs.statSync('d').uid === process.getuid(), fs.statSync('d/file').gid === process.getgid());

for (const mode of [0o000, 0o200, 0o400, 0o600, 0o755]) {
  fs.chmodSync('d/file', mode);
  console.log('file', mode.toString(8));
  for (const flags of ['r', 'w', 'a', 'r+', 'wx']) attempt(`open ${flags}`, () => fs.openSync('d/file', flags));
  attempt('readFile', () => fs.readFileSync('d/file'));
  attempt('readFile utf8', () => String(fs.readFileSync('d/file', 'utf8').length));
  attempt('writeFile', () => fs.writeFileSync('d/file', 'content'));
  attempt('copy from', () => fs.copyFileSync('d/file', 'copy'));
  attempt('copy to', () => fs.copyFileSync('link/leaf', 'd/file'));
  fs.rmSync('copy', { force: true });
  for (const access of ['R_OK', 'W_OK', 'X_OK', 'F_OK']) attempt(access, () => fs.accessSync('d/file', fs.constants[access]));
}
for (const mode of [0o000, 0o400, 0o100, 0o500, 0o300, 0o600, 0o700]) {
  fs.chmodSync('d', mode);
  console.log('directory', mode.toString(8));
  attempt('stat', () => fs.statSync('d/file').isFile());
  attempt('stat of nothing', () => fs.statSync('d/none', { throwIfNoEntry: false }));
  attempt('exists', () => fs.existsSync('d/file'));
  attempt('through', () => fs.readFileSync('link/leaf'));
  attempt('readdir', () => fs.readdirSync('d'));
  attempt('opendir', () => fs.opendirSync('d').closeSync());
  attempt('create', () => fs.writeFileSync('d/new', ''));
  attempt('open to create', () => fs.openSync('d/newer', 'w'));
  attempt('mkdir', () => fs.mkdirSync('d/made'));
  attempt('mkdir over', () => fs.mkdirSync('d/in'));
  attempt('mkdir -p', () => fs.mkdirSync('d/a/b', { recursive: true })?.endsWith('a'));
  attempt('symlink', () => fs.symlinkSync('x', 'd/symlink'));
  attempt('link', () => fs.linkSync('d/file', 'd/hard'));
  attempt('rename', () => fs.renameSync('d/file', 'd/renamed'));
  attempt('unlink', () => fs.unlinkSync('d/renamed'));
  attempt('rm', () => fs.rmSync('d/made', { recursive: true }));
  attempt('rmdir', () => fs.rmdirSync('d/in'));
  attempt('chdir', () => (process.chdir('d'), process.chdir('..')));
  attempt('watch', () => fs.watch('d').close());
  attempt('chown', () => fs.chownSync('d', process.getuid(), process.getgid()));
}
attempt('chown to another', () => fs.chownSync('d', process.getuid() + 1, -1));
fs.mkdirSync('tree/middle/leaf', { recursive: true });
fs.chmodSync('tree/middle', 0o555);
attempt('rm -r of a locked tree', () => fs.rmSync('tree', { recursive: true }));
fs.chmodSync('tree/middle', 0o755);
attempt('rm -r', () => fs.rmSync('tree', { recursive: true }));
