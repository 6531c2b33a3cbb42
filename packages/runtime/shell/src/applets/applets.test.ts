import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppletCases } from '../testing/applet-cases.ts';
import { expectedOf, readResults, scriptOf, sharedScripts } from '../testing/case-runner.ts';
import { runNative } from '../testing/native-shell.ts';
import { TestContainer } from '../testing/test-container.ts';
import { appletNames } from './applet-names.ts';

const ALIASES: Readonly<Record<string, string>> = {
  '[': 'test',
  chgrp: 'chown',
  egrep: 'grep',
  fgrep: 'grep',
  open: 'xdg-open',
  pkill: 'pgrep',
};
const FEWEST_CASES = 5;

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const namesIn = (path: string, suffix: string): string[] =>
  readdirSync(folder(path))
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length));

const all = new Map<string, AppletCases>();
for (const path of ['./', './commands/'])
  for (const name of namesIn(path, '.cases.ts'))
    all.set(name, ((await import(`${path}${name}.cases.ts`)) as { cases: AppletCases }).cases);

describe('a command does what the machine’s own does', () => {
  let container: TestContainer;
  beforeAll(async () => {
    container = await TestContainer.start();
  });
  afterAll(() => container.stop());

  const runHere = async (name: string, script: string): Promise<string> => {
    const cwd = `/work/${name}`;
    await container.fs.mkdir(cwd, 0o755);
    return (await container.run(['sh', '-c', script], { cwd })).stdout;
  };

  for (const [name, cases] of all) {
    const { setup = '', ours = [], neverFails } = cases;
    const shared = sharedScripts(cases);

    it(name, { timeout: 240_000 }, async () => {
      const script = scriptOf(setup, shared);
      const [here, native] = await Promise.all([runHere(name, script), runNative('dash', script)]);
      const expected = readResults(native.stdout);
      const own = scriptOf(
        setup,
        ours.map((one) => one.script),
      );
      const got = [...readResults(here), ...readResults(await runHere(`${name}-own`, own))];
      const scripts = [...shared, ...ours.map((one) => one.script)];
      const wanted = [...expected, ...ours.map(expectedOf)];
      expect(wanted.length).toBe(scripts.length);
      const different = scripts.flatMap((text, index) =>
        JSON.stringify(got[index]) === JSON.stringify(wanted[index])
          ? []
          : [{ script: text, got: got[index], wanted: wanted[index] }],
      );
      expect(different, JSON.stringify(different, null, 1)).toEqual([]);
      if (neverFails === undefined) expect(wanted.some(({ status }) => status !== 0)).toBe(true);
    });
  }

  it('has a file and at least five cases for every name', () => {
    const files = new Set(namesIn('./commands/', '.ts').filter((file) => !file.includes('.')));
    const commandOf = (name: string): string => ALIASES[name] ?? name;
    expect(appletNames.filter((name) => !files.has(commandOf(name)))).toEqual([]);
    const few = [...files].filter((name) => {
      const cases = all.get(name);
      return cases === undefined || sharedScripts(cases).length + (cases.ours?.length ?? 0) < FEWEST_CASES;
    });
    expect(few).toEqual([]);
  });
});
