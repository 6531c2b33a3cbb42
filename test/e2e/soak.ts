/**
 * Silent wrong success is the worst defect this product can have: many builds,
 * and each that exits 0 must have printed "built" and left an index.html.
 * `npm run soak -- [--builds N] [--template ID] [--per-container N]`
 * `npm run soak -- --storm SECONDS`: instead, a thousand processes in a row and a
 * SIGKILL to a random one every 10 ms, after which the container must have as much of everything as before.
 * `npm run soak -- --sandboxes N`: instead, so many sandboxes created and destroyed, after which no process and no
 * file of them may be left.
 * `npm run soak -- --kept N`: instead, so many tabs ended at random moments while a program changes files, each of
 * which must be old or new in the next tab.
 */
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openTestContainer } from '../containers/open-container.ts';
import { soakSandboxes } from './soak-sandboxes.ts';
import { killAtRandom } from '../containers/kept-kills.ts';
import { growTables, manyInARow, randomKills, whenAtRest } from '../containers/storm.ts';

const { values } = parseArgs({
  options: {
    storm: { type: 'string' },
    sandboxes: { type: 'string' },
    kept: { type: 'string' },
    builds: { type: 'string', default: '50' },
    template: { type: 'string', default: 'vanilla-ts' },
    'per-container': { type: 'string', default: '10' },
  },
});
const builds = Number(values.builds);
const perContainer = Number(values['per-container']);
const templates = fileURLToPath(new URL('../../node_modules/create-vite/', import.meta.url));
const BUILD_LIMIT_MS = 120_000;

if (values.storm !== undefined) process.exit((await storm(Number(values.storm))) ? 0 : 1);
if (values.kept !== undefined) process.exit((await kept(Number(values.kept))) ? 0 : 1);
if (values.sandboxes !== undefined) process.exit((await soakSandboxes(Number(values.sandboxes))) ? 0 : 1);

const folder = await mkdtemp(join(tmpdir(), 'slipway-soak-'));
await cp(join(templates, `template-${values.template}`), folder, { recursive: true });
await rename(join(folder, '_gitignore'), join(folder, '.gitignore'));

const times: number[] = [];
const wrong: string[] = [];
let failed = 0;
for (let done = 0; done < builds;) {
  const container = await openTestContainer();
  try {
    await container.mount({ folder });
    const install = await container.run('npm', ['install', '--no-audit', '--no-fund'], { limitMs: BUILD_LIMIT_MS });
    if (install.code !== 0) throw new Error(`npm install exited with ${install.code}:\n${install.stderr}`);
    for (let here = 0; here < perContainer && done < builds; here++, done++) {
      await container.run('rm', ['-rf', 'dist']);
      const build = await container.run('npm', ['run', 'build'], { limitMs: BUILD_LIMIT_MS });
      const index = await container.run('test', ['-s', 'dist/index.html']);
      const built = /built in/.test(build.stdout + build.stderr);
      if (build.code === 0 && built && index.code === 0) times.push(build.ms);
      else if (build.code === 0) {
        const facts = `exit 0, printed "built": ${built}, index.html: ${index.code === 0}`;
        wrong.push(`build ${done + 1}: ${facts}\n${build.stdout}${build.stderr}`);
      } else {
        failed++;
        const ending = `exit ${build.code ?? build.signal}${build.timedOut ? ' (timed out)' : ''}`;
        process.stdout.write(`build ${done + 1}: ${ending}\n${build.stderr.slice(-1000)}\n`);
      }
    }
  } finally {
    await container.close();
  }
  process.stdout.write(`${done}/${builds}: ${times.length} built, ${failed} failed, ${wrong.length} silently wrong\n`);
}
await rm(folder, { recursive: true, force: true });
times.sort((a, b) => a - b);
if (times.length > 0) {
  const [least, middle, most] = [times[0], times[times.length >> 1], times.at(-1)].map((ms) => Math.round(ms ?? 0));
  process.stdout.write(`ms: min ${least}, median ${middle}, max ${most}\n`);
}
for (const text of wrong) process.stdout.write(`${text}\n`);
process.stdout.write(`${times.length} passed, ${failed + wrong.length} failed\n`);
process.exitCode = failed + wrong.length === 0 ? 0 : 1;

/** True when what was kept was sound each time. */
async function kept(rounds: number): Promise<boolean> {
  const container = await openTestContainer(undefined, { keep: true });
  try {
    const wrong = await killAtRandom(container, rounds, 4000);
    for (const text of wrong) process.stdout.write(`${text}\n`);
    process.stdout.write(`${rounds} tabs ended, ${wrong.length} complaints\n`);
    return wrong.length === 0;
  } finally {
    await container.close();
  }
}

/** True when the storm left nothing behind. */
async function storm(seconds: number): Promise<boolean> {
  const container = await openTestContainer();
  try {
    await container.run('node', ['-e', growTables]);
    const before = await whenAtRest(container);
    const row = await container.run('node', ['-e', manyInARow(1000)], { limitMs: 4 * BUILD_LIMIT_MS });
    const run = await container.run('node', ['-e', randomKills(seconds * 1000)], {
      limitMs: seconds * 1000 + BUILD_LIMIT_MS,
    });
    process.stdout.write(`${row.stdout}${row.stderr}${run.stdout}${run.stderr}`);
    const after = await whenAtRest(container);
    const answer = await container.run('node', ['-p', '6 * 7']);
    const same = JSON.stringify(before) === JSON.stringify(after);
    process.stdout.write(`before ${JSON.stringify(before)}\nafter  ${JSON.stringify(after)}\n`);
    const passed = row.stdout === '1000\n' && run.code === 0 && same && answer.stdout === '42\n';
    const next = `the next program printed "${answer.stdout.trim()}"`;
    process.stdout.write(
      passed
        ? 'the storm left nothing behind\n'
        : `the storm left something behind: exit ${run.code ?? run.signal}, ${next}\n`,
    );
    return passed;
  } finally {
    await container.close();
  }
}
