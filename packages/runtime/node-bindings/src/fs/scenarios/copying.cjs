// fs.cp and fs.cpSync with their options, fs.rm, and what they refuse.
const fs = require('fs');
const path = require('path');
const show = (title, act) => {
  try {
    console.log(title, '->', act());
  } catch (error) {
    const text = String(error.message).replaceAll(process.cwd(), '.');
    console.log(title, '!', error.name, error.code, error.syscall, text);
  }
};
const tree = (folder) => fs.readdirSync(folder, { recursive: true }).sort().map((name) => {
  const stat = fs.lstatSync(path.join(folder, name));
  if (stat.isSymbolicLink()) return `${name}@${path.relative(process.cwd(), fs.readlinkSync(path.join(folder, name)))}`;
  return stat.isDirectory() ? `${name}/` : `${name}=${fs.readFileSync(path.join(folder, name), 'utf8')}:${(stat.mode & 0o777).toString(8)}`;
}).join(' ');
fs.mkdirSync('s/a/b', { recursive: true });
fs.writeFileSync('s/one', '1', { mode: 0o755 });
fs.writeFileSync('s/a/two', '2');
fs.writeFileSync('s/a/b/three', '3');
fs.symlinkSync('one', 's/link');
fs.symlinkSync('a', 's/folder');
fs.utimesSync('s/one', 100, 200);

show('file', () => (fs.cpSync('s/one', 'f'), fs.readFileSync('f', 'utf8')));
show('file into new folders', () => (fs.cpSync('s/one', 'x/y/z'), fs.readFileSync('x/y/z', 'utf8')));
show('tree', () => (fs.cpSync('s', 't', { recursive: true }), tree('t')));
show('tree again', () => (fs.writeFileSync('t/one', 'changed'), fs.cpSync('s', 't', { recursive: true }), tree('t')));
show('no force', () => (fs.writeFileSync('t/one', 'changed'), fs.cpSync('s', 't', { recursive: true, force: false }), fs.readFileSync('t/one', 'utf8')));
show('verbatim', () => (fs.cpSync('s', 'v', { recursive: true, verbatimSymlinks: true }), fs.readlinkSync('v/link')));
show('dereferenced', () => (fs.cpSync('s', 'dr', { recursive: true, dereference: true }), tree('dr')));
show('times', () => (fs.cpSync('s', 'pt', { recursive: true, preserveTimestamps: true }), fs.statSync('pt/one').mtimeMs));
show('filtered', () => (fs.cpSync('s', 'fl', { recursive: true, filter: (source) => !source.includes('two') }), tree('fl')));
show('directory without recursive', () => fs.cpSync('s', 'nr'));
show('missing', () => fs.cpSync('none', 'x'));
show('into itself', () => fs.cpSync('s', 's/inside', { recursive: true }));
show('onto itself', () => fs.cpSync('s/one', 's/one'));
show('directory over file', () => fs.cpSync('s', 'f', { recursive: true }));
show('file over directory', () => fs.cpSync('s/one', 't'));
show('error on exist', () => fs.cpSync('s/one', 'f', { force: false, errorOnExist: true }));
show('exclusive', () => fs.cpSync('s/one', 'f', { mode: fs.constants.COPYFILE_EXCL, force: false }));
show('rm directory', () => fs.rmSync('t'));
show('rm tree', () => (fs.rmSync('t/', { recursive: true }), fs.existsSync('t')));
show('rm link', () => (fs.rmSync('v/folder'), fs.existsSync('s/a/two')));
show('rm missing', () => fs.rmSync('none'));
show('rm missing by force', () => fs.rmSync('none', { force: true, recursive: true }));
(async () => {
  await fs.promises.cp('s', 'p', { recursive: true, preserveTimestamps: true });
  console.log(tree('p'), fs.statSync('p/one').mtimeMs);
  for (const [from, to, options] of [['s', 'nr'], ['none', 'x'], ['s', 's/in', { recursive: true }], ['s/one', 'f', { errorOnExist: true, force: false }], ['s/one', 'p']]) {
    await fs.promises.cp(from, to, options).then(() => console.log('copied'), (error) => console.log(error.code, error.message.replaceAll(process.cwd(), '.')));
  }
  await fs.promises.rm('p', { recursive: true, maxRetries: 2 });
  await fs.promises.rm('p').catch((error) => console.log(error.code));
  console.log((await Array.fromAsync(fs.promises.glob('s/**/*t*'))).sort(), fs.globSync('s/*').sort());
})();
