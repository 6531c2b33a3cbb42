import { describe, expect, it } from 'vitest';
import { makeSavedPaths } from './saved-paths.ts';

describe('what is saved of a project', () => {
  const saved = makeSavedPaths('*.log\n.env\nbuild/\n');

  it('is all but node_modules, dist and what .gitignore names', () => {
    const paths = [
      'package.json',
      'node_modules/a',
      'dist/index.html',
      'debug.log',
      'src/main.ts',
      'src/dist/a',
      'build/x',
    ];
    expect(paths.filter((path) => saved.takes(path, false))).toEqual(['package.json', 'src/main.ts']);
    expect([saved.takes('build', true), saved.takes('src', true)]).toEqual([false, true]);
  });

  it('is the project’s own repository too, but for its locks', () => {
    expect(
      ['.git/HEAD', '.git/index.lock', '.git/refs/heads/a.lock'].filter((path) => saved.takes(path, false)),
    ).toEqual(['.git/HEAD']);
  });

  it('is what the project cannot be run without, hidden where it is ignored', () => {
    expect(
      ['.env', 'app/.env', '.env.local', '.envrc'].map((path) => [saved.takes(path, false), saved.hides(path)]),
    ).toEqual([
      [true, true],
      [true, true],
      [true, false],
      [true, false],
    ]);
  });
});
