import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCode, read, root, sourceFiles } from './sources.ts';

const CONFIGS = ['test/house/oxlint.jsonc', 'test/house/oxlint-promises.jsonc'];

/** Rules that a configuration switches off, with the comment above each. */
function offRules(config: string): { rule: string; reason: string }[] {
  const lines = read(config).split('\n');
  return lines.flatMap((line, index) => {
    const rule = /^ {4}"([^"]+)": "off"/.exec(line)?.[1];
    return rule === undefined ? [] : [{ rule, reason: /^ {4}\/\/ (.+)/.exec(lines[index - 1] ?? '')?.[1] ?? '' }];
  });
}

describe('lint rules that are off', () => {
  it('say why, each on the line above', () => {
    const rules = CONFIGS.flatMap(offRules);
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter(({ reason }) => reason.split(' ').length < 4)).toEqual([]);
  });

  it('are still needed: each finds something when it is on', () => {
    const off = offRules('test/house/oxlint.jsonc').map(({ rule }) => rule);
    const folder = mkdtempSync(join(root, 'test/house/.lint-'));
    try {
      const config = join(folder, 'all-on.json');
      const rules = Object.fromEntries(off.map((rule) => [rule, 'warn']));
      writeFileSync(config, JSON.stringify({ categories: { correctness: 'off' }, rules }));
      const { stdout } = spawnSync(
        process.execPath,
        ['node_modules/oxlint/bin/oxlint', '-c', config, '-f', 'unix', 'apps', 'packages'],
        { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
      );
      const found = new Set([...stdout.matchAll(/\[Warning\/([a-z]+)\(([a-z-]+)\)\]/g)].map((match) => match[2]));
      expect(off.filter((rule) => !found.has(rule.split('/').at(-1)))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);

  it('are named by every comment that lets a line off', () => {
    const bare = /(?:eslint|oxlint)-disable(?:-next-line|-line)?\s*(?:$|\*\/)/m;
    const paths = sourceFiles().filter((path) => isCode(path) && !path.startsWith('test/house/'));
    expect(paths.filter((path) => bare.test(read(path)))).toEqual([]);
  });
});
