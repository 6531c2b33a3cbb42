import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bashScripts } from './testing/bash-scripts.ts';
import { runNative } from './testing/native-shell.ts';
import { oracleScripts } from './testing/oracle-scripts.ts';
import { TestContainer } from './testing/test-container.ts';

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
      const [ours, theirs] = await Promise.all([
        container.run([name, '-c', script], { cwd }),
        runNative(name === 'sh' ? 'dash' : 'bash', script),
      ]);
      const got = { stdout: ours.stdout, code: ours.code ?? ours.signal };
      if (got.stdout !== theirs.stdout || got.code !== theirs.code)
        different.push({ script, got, native: theirs, stderr: ours.stderr });
    }
    expect(different).toEqual([]);
  };

  for (const [topic, scripts] of Object.entries(oracleScripts)) {
    it(topic, { timeout: 240_000 }, () => compare('sh', topic, scripts));
  }

  it('what bash adds, as bash', { timeout: 120_000 }, () => compare('bash', 'bash', bashScripts));
});
