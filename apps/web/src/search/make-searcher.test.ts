import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { OpenProcess } from '@slipway/embed';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleProgram } from '../../container-program.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { makeSearcher, QUIET_LIMIT_MS, type SearchPrograms } from './make-searcher.ts';
import type { SearchAnswer, SearchQuery } from './search-messages.ts';

let root: string;
let program: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'slipway-searcher-'));
  writeFileSync(join(root, 'a.txt'), 'one two\n');
  writeFileSync(join(root, 'b.txt'), `${'a'.repeat(40)}!\n`);
  program = await bundleProgram(new URL('program/main.ts', import.meta.url).pathname);
});
afterAll(() => rmSync(root, { recursive: true }));

/** The machine's own processes, as the container offers its own. */
function makePrograms(): SearchPrograms & { readonly pids: number[] } {
  const pids: number[] = [];
  return {
    pids,
    open: async ({ command, args = [] }) => {
      const child = spawn(command, args);
      pids.push(child.pid!);
      return {
        pid: child.pid!,
        stdin: Writable.toWeb(child.stdin) as WritableStream<Uint8Array>,
        stdout: Readable.toWeb(child.stdout) as OpenProcess['stdout'],
        stderr: Readable.toWeb(child.stderr) as OpenProcess['stderr'],
        exit: new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))),
        kill: async () => void child.kill('SIGKILL'),
      };
    },
  };
}

const query = (text: string, more: Partial<SearchQuery> = {}): SearchQuery => ({
  text,
  matchCase: false,
  wholeWord: false,
  regex: false,
  include: '',
  exclude: '',
  useIgnoreFiles: true,
  ...more,
});

/** Searches, and collects the paths. */
async function pathsOf(searcher: ReturnType<typeof makeSearcher>, asked: SearchQuery): Promise<string[]> {
  const paths: string[] = [];
  await searcher.ask({ type: 'search', query: asked }, (answer) => {
    if (answer.type === 'found') paths.push(...answer.files.map(({ path }) => path));
  });
  return paths;
}
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('UX-08 one program serves all searches; work that is overtaken ends with nothing', async () => {
  const programs = makePrograms();
  const searcher = makeSearcher(programs, root, async () => program);
  const overtaken = searcher.ask({ type: 'search', query: query('one') }, () => undefined);
  expect(await pathsOf(searcher, query('two'))).toEqual(['a.txt']);
  expect(await overtaken).toBeUndefined();
  await expect(pathsOf(searcher, query('(', { regex: true }))).rejects.toThrow('Invalid regular expression');
  const answers: SearchAnswer[] = [];
  const work = { type: 'replace', query: query('two'), replacement: '2', targets: [{ path: 'a.txt' }] } as const;
  expect(await searcher.ask(work, (answer) => void answers.push(answer))).toMatchObject({ files: 1 });
  expect(answers).toContainEqual(expect.objectContaining({ type: 'replaced', after: 'one 2\n' }));
  expect(programs.pids).toHaveLength(1);
  searcher.stop();
  await expect.poll(() => isAlive(programs.pids[0]!)).toBe(false);
});

it('UX-08 a pattern that never ends is given up, and the next search has another program', async () => {
  const programs = makePrograms();
  const clock = new FakeClock();
  const searcher = makeSearcher(programs, root, async () => program, clock);
  let heard = false;
  const work = { type: 'search', query: query('(a+)+$', { regex: true }) } as const;
  const endless = searcher.ask(work, () => (heard = true));
  const failed = expect(endless).rejects.toThrow('The pattern takes too long');
  await expect.poll(() => heard).toBe(true);
  // It has the text and says nothing more; other patterns than this one are done long before.
  await clock.pass(QUIET_LIMIT_MS);
  await expect.poll(() => isAlive(programs.pids[0]!)).toBe(false);
  await failed;
  expect(await pathsOf(searcher, query('one'))).toEqual(['a.txt']);
  searcher.stop();
});

it('UX-08 a program that was killed is said to be gone, and comes back', async () => {
  const programs = makePrograms();
  const searcher = makeSearcher(programs, root, async () => program);
  expect(await pathsOf(searcher, query('one'))).toEqual(['a.txt']);
  process.kill(programs.pids[0]!, 'SIGKILL');
  await expect.poll(() => isAlive(programs.pids[0]!)).toBe(false);
  await expect.poll(() => pathsOf(searcher, query('one')).catch(() => [])).toEqual(['a.txt']);
  expect(programs.pids).toHaveLength(2);
  searcher.stop();
});
