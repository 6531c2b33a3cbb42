import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read, root, sourceFiles } from './sources.ts';

const readme = read('README.md');
const pages = sourceFiles().filter((path) => path.endsWith('.md'));
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);

/** Commands of the user's own project, spoken of in tours. */
const OF_PROJECTS = ['build', 'dev'];

/** Rooms whose README is still to be written. No room may come here again. */
const WITHOUT_README: readonly string[] = [];

/** Text outside fences of code: what is in there is somebody's file or terminal. */
const prose = (path: string): string => read(path).replace(/^```[\s\S]*?^```$/gm, '');

describe('the README', () => {
  it('has the settings as the server prints them', () => {
    const printed = spawnSync(process.execPath, ['--import', 'tsx', 'apps/server/src/config-table.ts'], {
      cwd: root,
      encoding: 'utf8',
    }).stdout.trim();
    expect(readme).toContain(`<!-- config-table -->\n${printed}\n<!-- /config-table -->`);
  });

  it('names every command of package.json that a person gives', () => {
    const named = [...readme.matchAll(/npm (?:run )?([a-z0-9:-]+)/g)].map((match) => match[1] ?? '');
    expect(scripts.filter((script) => script !== 'lint:promises' && !named.includes(script))).toEqual([]);
  });
});

describe('READMEs and pages', () => {
  it('stand in every room', () => {
    const rooms = sourceFiles().flatMap(
      (path) => /^((?:packages\/[^/]+|apps)\/[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );
    const missing = rooms.filter((room) => !existsSync(join(root, room, 'README.md')));
    expect(missing.filter((room) => !WITHOUT_README.includes(room))).toEqual([]);
  });

  it('begin with a heading that says what they are about', () => {
    const nameless = pages.filter((path) => !/^# \S.+\n/.test(read(path)));
    expect(nameless).toEqual([]);
  });

  it('link only to files and headings that exist', () => {
    const broken = pages.flatMap((path) =>
      [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)]
        .map((match) => match[1] ?? '')
        .filter((link) => !/^(https?|mailto):/.test(link) && !leads(path, link))
        .map((link) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('name only files and folders that exist', () => {
    const broken = pages.flatMap((path) =>
      [...prose(path).matchAll(/`((?:packages|apps|test|drizzle|docs)\/[^`\s*…<>{}]+)`/g)]
        .map((match) => (match[1] ?? '').replace(/:\d+$/, ''))
        .filter((named) => !existsSync(join(root, named)) && !existsSync(join(root, dirname(path), named)))
        .map((named) => `${path}: ${named}`),
    );
    expect(broken).toEqual([]);
  });

  it('name only commands that exist', () => {
    const broken = pages.flatMap((path) =>
      [...read(path).matchAll(/npm run (?:-s )?([a-z0-9:-]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !scripts.includes(name) && !OF_PROJECTS.includes(name) && !isRoomScript(name))
        .map((name) => `${path}: npm run ${name}`),
    );
    expect(broken).toEqual([]);
  });
});

/** A script of one room: `npm run generate -w @slipway/db`. */
const isRoomScript = (name: string): boolean =>
  sourceFiles()
    .filter((path) => /^(apps|packages)\/.*package\.json$/.test(path))
    .some((path) => name in ((JSON.parse(read(path)) as { scripts?: Record<string, string> }).scripts ?? {}));

function leads(from: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? from : normalize(join(dirname(from), decodeURI(file)));
  if (!existsSync(join(root, target))) return false;
  if (heading === undefined) return true;
  return [...read(target).matchAll(/^#+ (.+)$/gm)].some(
    (match) =>
      (match[1] ?? '')
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replace(/ /g, '-') === heading,
  );
}
