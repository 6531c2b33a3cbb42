import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UsageError } from '../verb/verb.ts';
import { LANGUAGES } from './new-plugin.ts';
import { runPlugin } from './run-plugin.ts';

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'slipway-author-'))));
afterEach(() => rmSync(home, { recursive: true }));

async function run(...argv: string[]) {
  let [stdout, stderr] = ['', ''];
  const code = await runPlugin(
    argv,
    { INIT_CWD: home },
    {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
    },
  );
  return { code, stdout, stderr };
}

/** What `npm install` in the author's folder would bring: the pinned compilers are the house's own. */
const install = (name: string) =>
  symlinkSync(fileURLToPath(new URL('../../../../node_modules', import.meta.url)), join(home, name, 'node_modules'));

it.each(Object.keys(LANGUAGES))(
  'PL-16 a new plugin in %s builds, passes its test, and is replayed for the same fuel',
  async (language) => {
    expect(await run('new', 'first-try', '--language', language)).toMatchObject({ code: 0 });
    const missing = await run('build', 'first-try');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('run "npm install"')]);
    install('first-try');
    const tested = await run('test', 'first-try', '--json');
    expect(tested).toMatchObject({ code: 0, stderr: '' });
    const [call] = JSON.parse(tested.stdout) as { result: { kind: string; fuel: number; operations: unknown[] } }[];
    expect([call!.result.kind, call!.result.operations.length > 0]).toEqual(['ok', true]);
    const built = await run('build', 'first-try');
    expect(built.stdout).toMatch(/first-try\.wasm: first-try 1\.0\.0, \d+ bytes/);

    const { type, payload } = JSON.parse(readFileSync(join(home, 'first-try/tests/first.json'), 'utf8')) as {
      type: string;
      payload: unknown;
    };
    const context = {
      tenant: 'tenant',
      user: 'user',
      permissions: [],
      callId: '11111111-1111-4111-8111-111111111111',
      now: 0,
    };
    const args = [type, JSON.stringify(payload)];
    const recording = { method: 'handle-event', args, context, limits: {}, answers: [] };
    writeFileSync(join(home, 'recording.json'), JSON.stringify(recording));
    const replayed = await run('replay', 'first-try/first-try.wasm', 'recording.json', '--json');
    expect(replayed.code).toBe(0);
    const again = JSON.parse(replayed.stdout) as { kind: string };
    // Its queries have no answers here: what asks says so, what does not is equal to the last unit.
    if (again.kind === 'ok') expect(again).toMatchObject({ ...call!.result, fuel: expect.any(Number) });
    else expect(again.kind).toBe('guest');
  },
);

it('PL-16 a test that does not end as it says is told apart, and what is no plugin is refused with what to do', async () => {
  await run('new', 'strict', '--language', 'wat');
  install('strict');
  const write = (name: string, value: unknown) => writeFileSync(join(home, 'strict', name), JSON.stringify(value));
  const operation = { kind: 'insert', entity: 'entry', data: { payload: { name: 'x' } } };
  write('tests/operations.json', {
    type: 'project.created',
    payload: { name: 'x' },
    expect: { operations: [operation] },
  });
  expect(await run('test', 'strict')).toMatchObject({ code: 0 });
  write('tests/wrong.json', {
    type: 'project.created',
    payload: { name: 'y' },
    expect: { operations: [operation], fuel: 1 },
  });
  write('tests/worse.json', { type: 'project.created', payload: {}, expect: { kind: 'guest' } });
  const failed = await run('test', 'strict');
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/FAIL worse\.json[^\n]*\n +it ended as ok, not guest\nFAIL wrong\.json/);
  expect(failed.stdout).toMatch(/it cost \d+ units of fuel, not 1\n +operation 1 is /);
  write('tests/broken.json', { payload: {} });
  expect((await run('test', 'strict')).stderr).toContain('"type" of the event is missing');

  expect((await run('new', 'strict')).stderr).toContain('is not empty');
  write('manifest.json', { id: 'Not A Name' });
  expect((await run('build', 'strict')).stderr).toContain('"id" of its manifest');
  writeFileSync(join(home, 'strict/plugin.wat'), '(module');
  expect((await run('build', 'strict')).code).toBe(1);
  writeFileSync(join(home, 'no.wasm'), 'nothing');
  const recording = {
    method: 'init',
    args: [],
    context: { tenant: '', user: '', permissions: [], callId: '', now: 0 },
    answers: [],
  };
  writeFileSync(join(home, 'init.json'), JSON.stringify(recording));
  expect((await run('replay', 'no.wasm', 'init.json')).stderr).toContain('no plugin');
  for (const argv of [
    [],
    ['make'],
    ['new'],
    ['new', 'A'],
    ['new', 'a', '--language', 'rust'],
    ['replay', 'x'],
    ['build', 'a', 'b'],
    ['test', '--fast'],
  ]) {
    await expect(run(...argv), argv.join(' ')).rejects.toThrow(UsageError);
  }
});
