/** The machine's own shell: what scripts are compared with. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** What it printed and how it ended, to be compared with ours. */
export interface NativeResult {
  readonly stdout: string;
  /** The exit code, or the name of the signal. */
  readonly code: number | string | null;
}

/** Runs the script in the system's own shell, in an empty folder. */
export function runNative(shell: 'dash' | 'bash', script: string): Promise<NativeResult> {
  const cwd = mkdtempSync(`${tmpdir()}/oracle-`);
  return new Promise((resolve) => {
    const child = spawn(`/bin/${shell}`, ['-c', script], {
      argv0: shell === 'dash' ? 'sh' : shell,
      cwd,
      env: { HOME: '/home', PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.on('close', (code, signal) => {
      rmSync(cwd, { recursive: true, force: true });
      resolve({ stdout, code: code ?? signal });
    });
  });
}
