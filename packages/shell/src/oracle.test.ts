import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appletScripts } from './testing/applet-scripts.ts';
import { oracleScripts } from './testing/oracle-scripts.ts';
import { TestContainer } from './testing/test-container.ts';

/** Runs the script in the system's dash, in an empty folder. */
function runDash(script: string): Promise<{ stdout: string; code: number | string | null }> {
  const cwd = mkdtempSync(`${tmpdir()}/oracle-`);
  return new Promise((resolve) => {
    const child = spawn('/bin/dash', ['-c', script], { argv0: 'sh', cwd, env: { HOME: '/home', PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.on('close', (code, signal) => {
      rmSync(cwd, { recursive: true, force: true });
      resolve({ stdout, code: code ?? signal });
    });
  });
}

describe('a script does what it does in dash with the GNU tools', () => {
  let container: TestContainer;
  beforeAll(async () => {
    container = await TestContainer.start();
  });
  afterAll(() => container.stop());

  for (const [topic, scripts] of Object.entries({ ...oracleScripts, ...appletScripts })) {
    it(topic, { timeout: 120_000 }, async () => {
      const different: unknown[] = [];
      for (const [index, script] of scripts.entries()) {
        const cwd = `/work/${topic}-${index}`;
        await container.fs.mkdir(cwd, 0o755);
        const [ours, theirs] = await Promise.all([container.sh(script, { cwd }), runDash(script)]);
        const got = { stdout: ours.stdout, code: ours.code ?? ours.signal };
        if (got.stdout !== theirs.stdout || got.code !== theirs.code) different.push({ script, got, dash: theirs, stderr: ours.stderr });
      }
      expect(different).toEqual([]);
    });
  }
});
