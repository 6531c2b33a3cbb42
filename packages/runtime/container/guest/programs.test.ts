/**
 * The bundled programs of the prompt beside the machine's own: the same scripts, run by the same shell, must print,
 * complain and end the same. They are Node programs, so Node runs them here; that they start in a container is
 * test/containers/prompt.test.ts.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppletCases, expectedOf, readResults, scriptOf, sharedScripts } from '@slipway/shell/case-runner';
import { bundleGuest, PROGRAMS } from '../build/base-image.ts';
import { answerOracle } from './cases/oracle-server.ts';

const NATIVE_PATH = '/usr/bin:/bin';
const CASES = join(import.meta.dirname, 'cases');

let folder: string;
let server: Server;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-programs-'));
  mkdirSync(join(folder, 'bin'));
  for (const [source, names] of Object.entries(PROGRAMS)) {
    const file = join(folder, source.replace(/ts$/, 'cjs'));
    writeFileSync(file, bundleGuest(source), { mode: 0o755 });
    for (const name of names) symlinkSync(file, join(folder, 'bin', name));
  }
  server = createServer(answerOracle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A script's output; what it complains of comes with it, by `scriptOf`. */
function run(script: string, path: string): Promise<string> {
  const cwd = mkdtempSync(join(folder, 'run-'));
  const env = { HOME: cwd, PATH: path, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC', URL: url };
  return new Promise((resolve) => {
    const child = spawn('/bin/dash', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => resolve(Buffer.concat(chunks).toString().replaceAll(cwd, 'CWD')));
  });
}

describe('a program of the prompt does what the machine’s own does', () => {
  for (const file of readdirSync(CASES).filter((name) => name.endsWith('.cases.ts'))) {
    const name = file.replace('.cases.ts', '');
    it(`TC-11 ${name}`, { timeout: 240_000 }, async () => {
      const { cases } = (await import(`./cases/${name}.cases.ts`)) as { cases: AppletCases };
      const { setup = '', ours = [] } = cases;
      const shared = sharedScripts(cases);
      const own = ours.map(({ script }) => script);
      const path = `${join(folder, 'bin')}:${dirname(process.execPath)}:${NATIVE_PATH}`;
      const [here, native] = await Promise.all([
        run(scriptOf(setup, [...shared, ...own]), path),
        run(scriptOf(setup, shared), NATIVE_PATH),
      ]);
      const got = readResults(here);
      const wanted = [...readResults(native), ...ours.map(expectedOf)];
      expect(wanted.length).toBe(shared.length + own.length);
      const different = [...shared, ...own].flatMap((script, index) =>
        JSON.stringify(got[index]) === JSON.stringify(wanted[index])
          ? []
          : [{ script, got: got[index], wanted: wanted[index] }],
      );
      expect(different.length, JSON.stringify(different, null, 1)).toBe(0);
      expect(wanted.some(({ status }) => status !== 0)).toBe(true);
    });
  }
});
