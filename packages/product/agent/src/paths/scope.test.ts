import { describe, expect, it } from 'vitest';
import { matchesGlob } from './match-glob.ts';
import { checkPath, isGuarded, isInScope, isSecret } from './scope.ts';

describe('where tools may go', () => {
  it('AG-11 refuses what leads out: traversal, absolute paths, other separators, other folders', () => {
    const scope = [['src/**', 'package.json']];
    for (const path of [
      '../x',
      'src/../../x',
      '/etc/passwd',
      'src//x',
      'src/./x',
      '',
      '.',
      '..',
      'a\0b',
      'src\\..\\x',
      '\ud800',
    ])
      expect(checkPath(scope, path), path).toMatchObject({ ok: false });
    for (const path of ['other/x', 'srcx', 'package.json5', 'SRC/a'])
      expect(checkPath(scope, path)).toMatchObject({ ok: false });
    expect(checkPath(scope, 'src/a/b.ts')).toEqual({ ok: true, path: 'src/a/b.ts' });
    expect(checkPath(scope, './package.json')).toEqual({ ok: true, path: 'package.json' });
    expect(checkPath([['**']], '~/x')).toEqual({ ok: true, path: '~/x' });
  });

  it('AG-11 a narrower scope takes away and gives nothing, and none is none', () => {
    expect(isInScope([], 'a')).toBe(false);
    expect(isInScope([['**'], ['src/**']], 'src/a')).toBe(true);
    expect(isInScope([['src/**'], ['**']], 'b')).toBe(false);
  });

  it('knows what guards the project and what holds secrets, however it is written', () => {
    for (const path of [
      'slipway.agent.toml',
      'AGENTS.md',
      'docs/agents.md',
      '.git/hooks/pre-commit',
      'Slipway.Agent.TOML',
      '.GIT',
    ])
      expect(isGuarded(path), path).toBe(true);
    expect(isGuarded('src/agents.ts')).toBe(false);
    for (const path of ['.env', 'a/.env.local', 'key.PEM']) expect(isSecret(path), path).toBe(true);
    expect(isSecret('src/env.ts')).toBe(false);
  });

  it('patterns match names, folders at any depth, and alternatives', () => {
    const takes: [string, string][] = [
      ['**', 'a/b/c'],
      ['**/*.ts', 'a.ts'],
      ['**/*.ts', 'x/y/a.ts'],
      ['src/**/t?st.*', 'src/a/test.ts'],
      ['*.{ts,tsx}', 'a.tsx'],
      ['a/**/b/**/c', 'a/b/c'],
      ['src/**', 'src'],
      ['{a,{b,c}}/x', 'c/x'],
    ];
    for (const [pattern, path] of takes) expect(matchesGlob(pattern, path), `${pattern} ${path}`).toBe(true);
    const leaves: [string, string][] = [
      ['*.ts', 'a/b.ts'],
      ['src/*', 'src'],
      ['a?', 'a'],
      ['**/x', 'y'],
      ['*.ts', 'a.tsx'],
    ];
    for (const [pattern, path] of leaves) expect(matchesGlob(pattern, path), `${pattern} ${path}`).toBe(false);
  });

  it('no pattern takes long, whatever a model thinks up', () => {
    expect(matchesGlob(`${'**/'.repeat(100)}b`, `${'a/'.repeat(400)}a`)).toBe(false);
    expect(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(2000))).toBe(false);
    expect(matchesGlob('{a,b}'.repeat(50), 'a'.repeat(50))).toBe(false);
  });
});
