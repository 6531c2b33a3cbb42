import { describe, expect, it } from 'vitest';
import { makeIgnore, scanTree } from './project-tree.ts';

const text = (contents: string) => ({ file: { contents } });

describe('scanTree', () => {
  it('leaves out node_modules, dist and what .gitignore names', () => {
    const tree = {
      'package.json': text('{}'),
      node_modules: { directory: { a: text('x') } },
      dist: { directory: { 'index.html': text('x') } },
      'debug.log': text('x'),
      src: { directory: { 'main.ts': text('1'), dist: { directory: { a: text('x') } } } },
    };
    const { files } = scanTree(tree, makeIgnore('*.log\n'));
    expect(files.map(({ path }) => path)).toEqual(['package.json', 'src/main.ts']);
  });

  it('keeps links, bytes and empty folders', () => {
    const tree = { a: { file: { symlink: 'b' } }, raw: { file: { contents: new Uint8Array([0, 255]) } }, empty: { directory: {} } };
    const scanned = scanTree(tree, makeIgnore(undefined));
    expect(scanned.links).toEqual([{ kind: 'link', path: 'a', target: 'b' }]);
    expect(scanned.files[0]?.bytes).toEqual(new Uint8Array([0, 255]));
    expect(scanned.emptyFolders).toEqual(['empty']);
  });
});
