import { describe, expect, it } from 'vitest';
import { ModuleShelf } from './module-shelf.ts';

describe('ModuleShelf', () => {
  it('holds the modules used last, as many as it may, one for each length', () => {
    const shelf = new ModuleShelf(4);
    for (const length of [1, 2, 3, 4]) shelf.keep(length, `module ${length}`);
    shelf.keep(1, 'module 1 again');
    shelf.keep(5, 'module 5');
    expect(shelf.held()).toEqual(['module 3', 'module 4', 'module 1 again', 'module 5']);
    shelf.clear();
    expect(shelf.held()).toEqual([]);
  });
});
