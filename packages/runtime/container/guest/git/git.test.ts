import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigFile } from './config-file.ts';
import { parseGlobalOptions, UnknownOption } from './global-options.ts';
import { matchesPattern, parseAdvertisement } from './ls-remote.ts';
import { takeQuiet } from './quiet.ts';
import { specialEntries } from './restore-modes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-git-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

describe('HI-08 what stands before the command', () => {
  it('is taken apart as git does', () => {
    expect(parseGlobalOptions(['-C', 'a', '--no-pager', '-C', 'b', '-c', 'x.y=1=2', '-c', 'f.g', 'log', '-1'])).toEqual(
      {
        folders: ['a', 'b'],
        config: { 'x.y': '1=2', 'f.g': 'true' },
        command: 'log',
        args: ['-1'],
      },
    );
    expect(parseGlobalOptions(['--version']).command).toBe('version');
    expect(parseGlobalOptions([]).command).toBeUndefined();
  });

  it.each([['--bare-nope'], ['-c', 'nodot'], ['-C']])('is refused where it is none of git: %s', (...argv) => {
    expect(() => parseGlobalOptions(argv)).toThrow(UnknownOption);
  });
});

describe('HI-08 a file of configuration', () => {
  const TEXT = `; mine
[user]
	name = A "quoted" name # and why
	Email = a@b.c
[remote "My Origin"]
	url = "https://x.y/z #1"
[core]
	bare
`;

  it('is read as git reads it', () => {
    writeFileSync(join(folder, 'config'), TEXT);
    const read = Object.fromEntries(
      git('config', '-z', '-f', 'config', '--list')
        .split('\0')
        .filter((entry) => entry !== '')
        .map((entry) => [entry.split('\n')[0], entry.split('\n')[1] ?? 'true']),
    );
    expect(new ConfigFile(TEXT).values()).toEqual(read);
  });

  it('is changed by one line, which git reads again, and the rest stays', () => {
    const file = new ConfigFile(TEXT);
    file.set('user.name', ' two\nlines; "and" more ');
    file.set('user.signingKey', 'k');
    file.set('alias.st', 'status');
    file.set('remote.My Origin.pushUrl', 'https://p');
    expect(file.unset('core.bare')).toBe(true);
    expect(file.unset('core.bare')).toBe(false);
    writeFileSync(join(folder, 'changed'), file.text());
    const get = (name: string): string => git('config', '-f', 'changed', name).slice(0, -1);
    expect(get('user.name')).toBe(' two\nlines; "and" more ');
    expect([get('user.signingkey'), get('alias.st'), get('remote.My Origin.pushurl')]).toEqual([
      'k',
      'status',
      'https://p',
    ]);
    expect(file.text()).toContain('; mine\n');
    expect(file.text()).toContain('\tEmail = a@b.c\n');
  });
});

it('HI-08 the index of the real git says which files can be run, whatever their names', () => {
  git('init', '-q', '.');
  const names = ['run.sh', 'ä/ü', 'x'.repeat(200), 'plain'].map((name) => name.replace('/', '-'));
  for (const name of names) {
    writeFileSync(join(folder, name), name);
    if (name !== 'plain') chmodSync(join(folder, name), 0o755);
  }
  git('add', '--', ...names);
  const found = [...specialEntries(readFileSync(join(folder, '.git/index')))];
  expect(found.map(({ name }) => name).sort()).toEqual(names.filter((name) => name !== 'plain').sort());
  expect([...specialEntries(Buffer.from('DIRC'))]).toEqual([]);
});

it('HI-08 refs of a remote are read from what it advertises, and chosen by pattern', () => {
  const [one, two] = ['1'.repeat(40), '2'.repeat(40)];
  const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
  const text =
    line('# service=git-upload-pack\n') +
    '0000' +
    line(`${one} HEAD\0side-band-64k agent=x\n`) +
    line(`${two} refs/heads/main\n`) +
    '0000';
  const refs = parseAdvertisement(new TextEncoder().encode(text));
  expect(refs).toEqual([
    { oid: one, name: 'HEAD' },
    { oid: two, name: 'refs/heads/main' },
  ]);
  expect(refs.filter(({ name }) => matchesPattern(name, ['main'])).length).toBe(1);
  expect(refs.filter(({ name }) => matchesPattern(name, ['ain'])).length).toBe(0);
  expect(() => parseAdvertisement(new TextEncoder().encode('<!doctype html>'))).toThrow('bad line length');
});

it.each([
  ['commit', '-q -m x', true, '-m x'],
  ['commit', '-qm -q', true, '-m -q'],
  ['commit', '-aqm quiet', true, '-am quiet'],
  ['commit', '-m -q', false, '-m -q'],
  ['checkout', '-q -- -q', true, '-- -q'],
  ['fetch', '--quiet origin', true, 'origin'],
  ['diff', '-q', false, '-q'],
] as const)('HI-08 git %s %s is quiet: %s', (command, line, quiet, left) => {
  expect(takeQuiet(command, line.split(' '))).toEqual({ quiet, rest: left.split(' ') });
});
