// What fs.watch tells, step by step.
const fs = require('fs');
fs.mkdirSync('w/b/c', { recursive: true });
fs.writeFileSync('w/f', '1');
fs.writeFileSync('w/g', '1');
let events = [];
const watch = (title, file, options) => fs.watch(file, options, (type, name) => events.push(`${title}:${type}:${name}`));
const watchers = [watch('dir', 'w'), watch('f', 'w/f'), watch('b', 'w/b'), watch('g', 'w/g'), watch('bytes', 'w/b/c', { encoding: 'hex' })];
const quiet = () => new Promise((resolve) => setTimeout(resolve, 80));
const steps = {
  append: () => fs.appendFileSync('w/f', '3'),
  chmod: () => fs.chmodSync('w/f', 0o600),
  createEmpty: () => fs.closeSync(fs.openSync('w/e', 'w')),
  createFull: () => fs.writeFileSync('w/new', 'x'),
  mkdir: () => fs.mkdirSync('w/dd'),
  rename: () => fs.renameSync('w/new', 'w/new2'),
  renameOver: () => fs.renameSync('w/new2', 'w/g'),
  link: () => fs.linkSync('w/f', 'w/f2'),
  unlinkLink: () => fs.unlinkSync('w/f2'),
  renameWatched: () => fs.renameSync('w/f', 'w/ff'),
  unlinkWatched: () => fs.unlinkSync('w/ff'),
  rmdir: () => fs.rmdirSync('w/dd'),
  below: () => fs.writeFileSync('w/b/x', ''),
  chmodDirectory: () => fs.chmodSync('w/b', 0o700),
  deeper: () => fs.mkdirSync('w/b/c/é'),
  truncate: () => fs.truncateSync('w/e', 5),
  utimes: () => fs.utimesSync('w/e', 1, 1),
  symlink: () => fs.symlinkSync('e', 'w/ee'),
  nothing: () => fs.readFileSync('w/e'),
};
(async () => {
  await quiet();
  for (const [name, step] of Object.entries(steps)) {
    events = [];
    step();
    await quiet();
    // Which watcher hears first is the engine's business, what each hears is not.
    console.log(name, events.sort().join(' '));
  }
  for (const watcher of watchers) watcher.close();
  events = [];
  fs.writeFileSync('w/e', 'after');
  await quiet();
  console.log('closed', events.length);

  const all = fs.watch('w', { recursive: true }, (type, name) => events.push(name));
  await quiet();
  fs.writeFileSync('w/b/c/deep', 'x');
  await quiet();
  console.log('recursive', events.includes('b/c/deep'));
  all.close();

  const seen = [];
  fs.watchFile('w/e', { interval: 20 }, (current, previous) => seen.push([previous.size, current.size]));
  await quiet();
  fs.writeFileSync('w/e', 'watched file');
  await quiet();
  fs.unlinkSync('w/e');
  await quiet();
  fs.unwatchFile('w/e');
  console.log(seen);

  setTimeout(() => fs.writeFileSync('w/late', ''), 80);
  for await (const event of fs.promises.watch('w', { signal: AbortSignal.timeout(20_000) })) {
    console.log(event);
    break;
  }
})();
