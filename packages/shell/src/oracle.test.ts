import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appletScripts } from './testing/applet-scripts.ts';
import { bashScripts } from './testing/bash-scripts.ts';
import { oracleScripts } from './testing/oracle-scripts.ts';
import { TestContainer } from './testing/test-container.ts';

/** Runs the script in the system's own shell, in an empty folder. */
function runNative(shell: 'dash' | 'bash', script: string): Promise<{ stdout: string; code: number | string | null }> {
  const cwd = mkdtempSync(`${tmpdir()}/oracle-`);
  return new Promise((resolve) => {
    const child = spawn(`/bin/${shell}`, ['-c', script], { argv0: shell === 'dash' ? 'sh' : shell, cwd, env: { HOME: '/home', PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'ignore'] });
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

  const compare = async (name: 'sh' | 'bash', topic: string, scripts: readonly string[]): Promise<void> => {
    const different: unknown[] = [];
    for (const [index, script] of scripts.entries()) {
      const cwd = `/work/${topic}-${index}`;
      await container.fs.mkdir(cwd, 0o755);
      const [ours, theirs] = await Promise.all([container.run([name, '-c', script], { cwd }), runNative(name === 'sh' ? 'dash' : 'bash', script)]);
      const got = { stdout: ours.stdout, code: ours.code ?? ours.signal };
      if (got.stdout !== theirs.stdout || got.code !== theirs.code) different.push({ script, got, native: theirs, stderr: ours.stderr });
    }
    expect(different).toEqual([]);
  };

  for (const [topic, scripts] of Object.entries({ ...oracleScripts, ...appletScripts })) {
    it(topic, { timeout: 240_000 }, () => compare('sh', topic, scripts));
  }

  it('what bash adds, as bash', { timeout: 120_000 }, () => compare('bash', 'bash', bashScripts));
});
