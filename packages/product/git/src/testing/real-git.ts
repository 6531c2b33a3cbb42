import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Git without the machine's and the user's settings, with fixed names and times. */
export const GIT_ENV: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.org',
  GIT_AUTHOR_DATE: '1700000000 +0100',
  GIT_COMMITTER_NAME: 'C O Mitter',
  GIT_COMMITTER_EMAIL: 'committer@example.org',
  GIT_COMMITTER_DATE: '1700000060 -0230',
};

/** Needs a git on the PATH; what it says is the reference of these tests. */
export class RealRepository {
  readonly path: string;

  constructor(...initialize: string[]) {
    this.path = mkdtempSync(join(tmpdir(), 'slipway-git-'));
    this.git(['init', '--quiet', '--initial-branch=main', ...initialize]);
  }

  /** Standard output of a command that must succeed. */
  git(args: readonly string[], input: string | Uint8Array = ''): Buffer {
    const { status, stdout, stderr } = this.run(args, input);
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr.toString()}`);
    return stdout;
  }

  /** A command that may fail. It must not ask a server of this process: nobody would answer. */
  run(args: readonly string[], input: string | Uint8Array = '') {
    const result = spawnSync('git', args, { cwd: this.path, env: GIT_ENV, input, maxBuffer: 1 << 30, timeout: 60_000 });
    if (result.error) throw result.error;
    return result;
  }

  async talk(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ status: number | null; output: string }> {
    const child = spawn('git', args, {
      cwd: this.path,
      env: { ...GIT_ENV, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { status, output };
  }

  /** One that must succeed; what it said. */
  async talkWell(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { status, output } = await this.talk(args, env);
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${output}`);
    return output;
  }

  line(args: readonly string[], input: string | Uint8Array = ''): string {
    return this.git(args, input).toString().trim();
  }

  close(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
