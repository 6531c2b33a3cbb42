import { describe, expect, it } from 'vitest';
import { pictureOf, type IconTables } from './icon-name.ts';

const tables: IconTables = {
  pictures: ['file', 'ts', 'test', 'node', 'folder', 'open', 'src', 'src-open'],
  extensions: { ts: 1, 'test.ts': 2 },
  names: { 'package.json': 3 },
  folders: { src: [6, 7] },
  file: 0,
  folder: [4, 5],
};

describe('the picture of a path', () => {
  it.each([
    ['src/main.ts', 'file', 'ts'],
    ['src/MAIN.TS', 'file', 'ts'],
    ['src/main.test.ts', 'file', 'test'],
    ['deep/package.json', 'file', 'node'],
    ['Makefile', 'file', 'file'],
    ['constructor', 'file', 'file'],
    ['a.constructor', 'file', 'file'],
    ['lib/src', 'folder', 'src'],
    ['src', 'open-folder', 'src-open'],
    ['toString', 'folder', 'folder'],
    ['lib', 'open-folder', 'open'],
  ] as const)('%s as a %s is %s', (path, kind, picture) => expect(pictureOf(tables, path, kind)).toBe(picture));
});
