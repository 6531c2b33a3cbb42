import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRepository } from '../repository.ts';
import { Refusal } from './command.ts';
import { gitScripts } from './git-scripts.ts';
import { ownCommands } from './own-commands.ts';

const ENVIRONMENT = {
  ...process.env,
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@x.y',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@x.y',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-git-own-'));
  Object.assign(process.env, ENVIRONMENT);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command left behind. */
interface Result {
  readonly stdout: string;
  readonly code: number;
}

describe('HI-08 our own commands do what git does', () => {
  it.each(Object.keys(gitScripts))('%s', (name) => {
    const lines = (gitScripts[name] ?? '').split('\n').map((line) => line.trim());
    const [theirs, ours] = [join(folder, `${name}-git`), join(folder, `${name}-own`)];
    for (const each of [theirs, ours]) mkdirSync(each);
    let below = '.';
    let own = 0;
    for (const line of lines.filter((each) => each !== '')) {
      if (line.startsWith('cd ')) {
        below = join(below, line.slice(3));
        continue;
      }
      const [native, mine] = [shell(join(theirs, below), line), performOwn(join(ours, below), line)];
      if (mine !== undefined) own++;
      const result = mine ?? shell(join(ours, below), line);
      expect({ line, ...result, stdout: result.stdout.replaceAll(ours, theirs) }).toEqual({ line, ...native });
    }
    expect(own, 'commands that were done here').toBeGreaterThan(3);
    expect(shell(ours, 'git fsck --strict --no-dangling').stdout).toBe('');
  });
});

function shell(cwd: string, line: string, stdin = ''): Result {
  const { stdout, status } = spawnSync('bash', ['-c', line], { cwd, encoding: 'utf8', env: ENVIRONMENT, input: stdin });
  return { stdout, code: status ?? -1 };
}

/** Does a line by our own command; `undefined` where it is none of ours, or is left to the library. */
function performOwn(cwd: string, line: string): Result | undefined {
  const piped = /^([^|]+) \| (git [^|]+)$/.exec(line);
  const stdin = piped === null ? '' : shell(cwd, piped[1] ?? '').stdout;
  const words = wordsOf(piped?.[2] ?? line);
  if (words === undefined || words.shift() !== 'git') return undefined;
  const config: Record<string, string> = {};
  while (words[0] === '-c') {
    const [key = '', value = ''] = (words[1] ?? '').split('=');
    config[key] = value;
    words.splice(0, 2);
  }
  const command = ownCommands[words[0] ?? ''];
  const repository = command === undefined ? undefined : findRepository(resolve(cwd), config);
  if (command === undefined || repository === undefined) return undefined;
  const written: Buffer[] = [];
  try {
    const result = command({
      repository,
      args: words.slice(1),
      input: () => Buffer.from(stdin),
      out: (text) => void written.push(Buffer.from(text)),
      err: () => undefined,
    });
    if (result === undefined) return undefined;
    // The library is called with less to look at, which must not change what it says.
    if (typeof result === 'object') return shell(cwd, `git ${[words[0] ?? '', ...result.args].map(quoted).join(' ')}`);
    return { stdout: Buffer.concat(written).toString(), code: result };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { stdout: '', code: error.code };
  } finally {
    repository.objects.close();
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The words of a plain command line; `undefined` where the shell has more to do with it. */
function wordsOf(line: string): string[] | undefined {
  const parts = line.match(/(?:'[^']*'|"[^"$]*"|[^\s'"|<>$;&])+|[|<>$;&]+/g) ?? [];
  if (parts.some((part) => /^[|<>$;&]/.test(part))) return undefined;
  return parts.map((part) =>
    part.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
  );
}
