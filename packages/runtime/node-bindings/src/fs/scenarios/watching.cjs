// What fs.watch tells, step by step.
const fs = require('fs');
fs.mkdirSync('w/b/c', { recursive: true });
fs.writeFileSync('w/f', '1');
fs.writeFileSync('w/g', '1');
let events = [];
const watch = (title, file, options) => fs.watch(file, options, (type, name) => events.push(`${title}:${type}:${name}`));
const watchers = [watch('dir', 'w'), watch('f', 'w/f'), watch('b', 'w/b'), watch('g', 'w/g'), watch('bytes', 'w/b/c', { encoding: 'hex' })];
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
let marks = 0;
/** Events come in the order of what they tell: when that of a new file is there, so is everything before it. */
const quiet = async () => {
  const mark = `mark${marks++}`;
  fs.writeFileSync(`w/${mark}`, '');
  while (!events.includes(`dir:rename:${mark}`)) await pause();
  await pause();
  events = events.filter((event) => !event.includes('mark'));
};
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
  await pause();
  console.log('closed', events.length);

  const all = fs.watch('w', { recursive: true }, (type, name) => events.push(name));
  // Node's own recursive watcher looks through the tree first: it may miss some.
  for (let round = 0; !events.includes('b/c/deep'); round++) {
    fs.writeFileSync('w/b/c/deep', `${round}`);
    await pause();
  }
  console.log('recursive');
  all.close();

  const seen = [];
  fs.watchFile('w/e', { interval: 20 }, (current, previous) => seen.push([previous.size, current.size]));
  while (seen.length === 0) {
    fs.appendFileSync('w/e', 'more');
    await pause();
  }
  const [before, after] = seen[0];
  console.log('watched file', after > before, (after - before) % 4);
  fs.unlinkSync('w/e');
  while (seen.at(-1)[1] !== 0) await pause();
  fs.unwatchFile('w/e');
  console.log('gone', seen.at(-1)[0] >= after);

  const late = setInterval(() => fs.writeFileSync('w/late', ''), 50);
  for await (const event of fs.promises.watch('w', { signal: AbortSignal.timeout(20_000) })) {
    clearInterval(late);
    console.log(event.filename);
    break;
  }
})();
