import type { TestContainer } from './open-container.ts';

/** Changes files for ever: some by rename, which are old or new whatever happens, some in place, folders as a whole. */
const CHANGE = `
const fs = require('fs');
const at = '/home/project/work';
fs.mkdirSync(at, { recursive: true });
const textOf = (n) => String(n).padStart(8, '0').repeat(1 + (n * 37) % 3000);
// From a number on from which each name that is used has been made before.
let n = 4 * Math.ceil((1 + Number(process.argv.at(-1))) / 4);
process.stdout.write('begun');
for (;; n++) {
  const k = n % 20;
  if (n % 4 < 2) {
    fs.writeFileSync(at + '/new' + k, textOf(n));
    fs.renameSync(at + '/new' + k, at + '/whole' + k);
  } else if (n % 4 === 2) fs.writeFileSync(at + '/place' + k, textOf(n));
  else {
    fs.rmSync(at + '/folder' + k, { recursive: true, force: true });
    fs.mkdirSync(at + '/folder' + k + '/deep', { recursive: true });
    fs.linkSync(at + '/whole' + ((n - 2) % 20), at + '/folder' + k + '/deep/linked');
    fs.symlinkSync('linked', at + '/folder' + k + '/deep/link');
  }
}`;

/** Prints the highest number that is found; throws for a file that is none of those that were written. */
const LOOK = `
const fs = require('fs');
const at = '/home/project/work';
let most = 0;
const look = (path, mayBeCut) => {
  const text = fs.readFileSync(path, 'latin1');
  if (mayBeCut && text === '') return;
  const n = Number(text.slice(0, 8));
  const whole = String(n).padStart(8, '0').repeat(1 + (n * 37) % 3000);
  if (mayBeCut ? !whole.startsWith(text) : text !== whole) throw new Error(path + ' has ' + text.length + ' bytes of ' + n);
  most = Math.max(most, n);
};
for (const name of fs.existsSync(at) ? fs.readdirSync(at) : []) {
  if (name.startsWith('whole')) look(at + '/' + name, false);
  else if (name.startsWith('folder')) {
    const link = at + '/' + name + '/deep/link';
    if (fs.existsSync(link)) look(link, false);
  } else look(at + '/' + name, true);
}
process.stdout.write(String(most));`;

/**
 * Ends the container’s page at random moments while a program changes files, by turns as a reload and as a crash. After
 * each the file system must be sound, every file old or new, and nothing older than what was there before. Returns what
 * was wrong.
 */
export async function killAtRandom(container: TestContainer, rounds: number, mostMs = 1500): Promise<string[]> {
  const wrong: string[] = [];
  let before = 0;
  for (let round = 0; round < rounds; round++) {
    // It never ends by itself; its page does.
    const running = container
      .run('node', ['-e', CHANGE, '--', String(before)], { limitMs: 600_000 })
      .then(() => wrong.push(`round ${round}: the program ended`))
      .catch(() => undefined);
    await container.page.waitForFunction(() =>
      globalThis.slipway.inspect(false).then(({ processes }) => processes > 0),
    );
    await new Promise((resolve) => setTimeout(resolve, Math.random() * mostMs));
    await container.reopen(round % 2 === 0 ? 'crash' : 'reload');
    await running;
    const { state, restored } = await container.kept();
    if (state !== 'kept' || (round > 0 && !restored)) wrong.push(`round ${round}: ${state}, restored: ${restored}`);
    const { problems } = await container.inspect(true);
    if (problems?.length !== 0) wrong.push(`round ${round}: ${JSON.stringify(problems)}`);
    const looked = await container.run('node', ['-e', LOOK]);
    if (looked.code !== 0) wrong.push(`round ${round}: ${looked.stderr.slice(0, 500)}`);
    else if (Number(looked.stdout) < before) wrong.push(`round ${round}: ${looked.stdout} after ${before}`);
    else before = Number(looked.stdout);
  }
  return before > 0 ? wrong : [...wrong, 'nothing was ever kept'];
}
