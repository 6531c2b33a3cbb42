import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read, root } from './sources.ts';

const readme = read('README.md');

describe('the README', () => {
  it('has the settings as the server prints them', () => {
    const printed = spawnSync(process.execPath, ['--import', 'tsx', 'apps/server/src/config-table.ts'], { cwd: root, encoding: 'utf8' }).stdout.trim();
    expect(readme).toContain(`<!-- config-table -->\n${printed}\n<!-- /config-table -->`);
  });

  it('names only commands that exist', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
    const named = [...readme.matchAll(/npm run ([a-z0-9-]+)/g)].map((match) => match[1] ?? '').filter((name) => !['build', 'dev'].includes(name));
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '').filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });
});
