import { describe, expect, it } from 'vitest';
import { digestFacts, installNeed, type InstallFacts } from './install-need.ts';
import { isFetchLine, lockedPackages, makeProgress, nextProgress, progressText } from './install-progress.ts';

const facts = (fields: Partial<InstallFacts> = {}): InstallFacts => ({
  dependencies: 'a',
  installs: true,
  lockfile: 'L',
  installed: 'I',
  ...fields,
});

describe('whether an install is needed', () => {
  it('RN-05 node_modules is missing, or package.json or the lockfile is another than the installed one', () => {
    const last = facts();
    const table: [string, InstallFacts, InstallFacts | undefined, string][] = [
      ['nothing to install', facts({ installs: false, installed: undefined }), undefined, 'none'],
      ['never installed', facts({ installed: undefined }), undefined, 'missing'],
      ['node_modules was removed', facts({ installed: undefined }), last, 'missing'],
      ['installed before we looked', facts(), undefined, 'none'],
      ['as it was', facts(), last, 'none'],
      ['another dependency', facts({ dependencies: 'b' }), last, 'changed'],
      ['another lockfile', facts({ lockfile: 'M' }), last, 'changed'],
      ['no lockfile any more', facts({ lockfile: undefined }), last, 'changed'],
      [
        'both changed, and npm has run since',
        facts({ dependencies: 'b', lockfile: 'M', installed: 'J' }),
        last,
        'none',
      ],
    ];
    for (const [what, now, before, need] of table) expect([what, installNeed(now, before)]).toEqual([what, need]);
  });

  it('TC-10 a folder that outlived its tab in the middle of an install is installed again, whatever it looks like', async () => {
    expect(installNeed(facts(), undefined, 'I')).toBe('missing');
    // Somebody has installed since.
    expect(installNeed(facts({ installed: 'J' }), undefined, 'I')).toBe('none');
    expect(installNeed(facts({ installs: false }), undefined, 'I')).toBe('none');
    const digest = await digestFacts(facts());
    expect(await digestFacts(facts())).toBe(digest);
    for (const other of [{ dependencies: 'b' }, { lockfile: undefined }, { lockfile: 'M' }, { installed: 'J' }])
      expect(await digestFacts(facts(other)), JSON.stringify(other)).not.toBe(digest);
  });
});

describe('how far an install is', () => {
  const lines = [
    'npm http fetch GET 200 https://registry.example/vite 12ms (cache miss)',
    '\x1b[94mnpm\x1b[39m \x1b[94mhttp\x1b[39m fetch GET 200 https://registry.example/@types%2fnode 9ms (cache hit)',
    'added 2 packages in 1s',
    'npm warn deprecated x',
    'npm http fetch GET 404 https://registry.example/none 3ms',
    'npm http fetch GET 200 https://registry.example/vite/-/vite-8.0.0.tgz 40ms (cache miss)',
    'npm http cache @types/node@https://registry.example/@types/node/-/node-24.0.0.tgz 0ms (cache hit)',
    'npm http fetch GET 200 https://registry.example/%zz 1ms',
  ];

  it('UX-12 counts what was looked up and fetched, and names the package at hand', () => {
    const texts = lines.reduce<[ReturnType<typeof makeProgress>, string[]]>(
      ([progress, seen], line) => {
        const next = nextProgress(progress, line);
        return [next, next === progress ? seen : [...seen, progressText(next)]];
      },
      [makeProgress(undefined), []],
    )[1];
    expect(texts).toEqual([
      '1 package looked up, vite',
      '2 packages looked up, @types/node',
      '1 package fetched, vite',
      '2 packages fetched, @types/node',
    ]);
    expect(lines.map(isFetchLine)).toEqual([true, true, false, false, true, true, true, true]);
    expect(progressText(makeProgress(7))).toBe('0 of 7 packages fetched');
  });

  it('knows from a lockfile how many there will be: those of other platforms are never fetched', () => {
    const packages = {
      '': {},
      'node_modules/a': {},
      'node_modules/b': { os: ['darwin'] },
      'node_modules/c': { os: ['linux'], cpu: ['x64'] },
      'node_modules/d': { os: ['!win32'] },
      'node_modules/e': { cpu: ['wasm32'] },
      'node_modules/f': { link: true },
      'node_modules/g': { cpu: ['arm64'] },
    };
    expect(lockedPackages(JSON.stringify({ packages }))).toBe(4);
    for (const text of [undefined, '', '{}', 'null', '{"packages":7}']) expect(lockedPackages(text)).toBeUndefined();
    expect(progressText({ found: 0, fetched: 9, total: 4, current: 'a' })).toBe('9 of 9 packages fetched, a');
  });
});
