import { describe, expect, it } from 'vitest';
import { encodeWorkbench, parseWorkbench, type StoredWorkbench } from './stored-workbench.ts';

const leaf = (id: string, ...views: string[]) => ({
  type: 'leaf',
  size: 100,
  data: { id, views, activeView: views[0] },
});
const layoutOf = (root: unknown, ids: readonly string[]) => ({
  grid: { root, width: 1000, height: 700, orientation: 'HORIZONTAL' },
  panels: Object.fromEntries(ids.map((id) => [id, { id, contentComponent: 'body' }])),
  activeGroup: '1',
});
const layout = layoutOf({ type: 'branch', size: 700, data: [leaf('1', 'files'), leaf('2', 'file-1', 'run')] }, [
  'files',
  'file-1',
  'run',
]);
const stored = (more: Record<string, unknown>): string => JSON.stringify({ version: 1, files: [], ...more });

describe('the stored workbench (UX-07)', () => {
  it('comes back as it was', () => {
    const workbench = {
      files: [
        { id: 'file-1', path: 'src/main.ts', view: { anchor: 3, head: 9, top: 0, above: -6 } },
        { id: 'file-7', path: 'index.html' },
      ],
      layout,
      active: 'file-1',
    } as unknown as StoredWorkbench;
    expect(parseWorkbench(encodeWorkbench(workbench))).toEqual(workbench);
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{"version":1,'],
    ['another version', JSON.stringify({ version: 2, files: [] })],
    ['no list of files', JSON.stringify({ version: 1, files: {} })],
    ['an array', '[]'],
    ['more than anybody stores', stored({ more: 'x'.repeat(400_001) })],
  ])('is nothing where there is %s', (_what, text) => expect(parseWorkbench(text)).toBeUndefined());

  it.each<[string, unknown]>([
    ['an empty path', { id: 'file-1', path: '' }],
    ['an id that is none', { id: '<b>', path: 'a' }],
    ['no object', 'file-1'],
  ])('leaves out a file with %s', (_what, file) =>
    expect(parseWorkbench(stored({ files: [file, { id: 'file-2', path: 'b' }] }))?.files).toEqual([
      { id: 'file-2', path: 'b' },
    ]),
  );

  it.each<[string, unknown]>([
    ['negative', { anchor: -1, head: 0, top: 0, above: 0 }],
    ['no number', { anchor: '1', head: 0, top: 0, above: 0 }],
    ['missing', {}],
    ['endless', { anchor: 0, head: 0, top: 0, above: 1e9 }],
  ])('leaves out where somebody was if a part of it is %s', (_what, view) =>
    expect(parseWorkbench(stored({ files: [{ id: 'file-1', path: 'a', view }] }))?.files).toEqual([
      { id: 'file-1', path: 'a' },
    ]),
  );

  const deep = (levels: number): unknown =>
    levels === 0 ? leaf('1', 'a') : { type: 'branch', size: 1, data: [deep(levels - 1)] };
  it.each<[string, unknown]>([
    ['no grid', { panels: {} }],
    ['a tab that is nowhere', layoutOf(leaf('1', 'a'), ['a', 'b'])],
    ['a tab twice', layoutOf({ type: 'branch', data: [leaf('1', 'a'), leaf('2', 'a')] }, ['a'])],
    ['a tab that is none', layoutOf(leaf('1', 'a', 'b'), ['a'])],
    ['a size that is none', layoutOf({ ...leaf('1', 'a'), size: 'wide' }, ['a'])],
    ['a front that is not there', layoutOf({ type: 'leaf', data: { id: '1', views: ['a'], activeView: 'b' } }, ['a'])],
    ['too many levels', layoutOf(deep(30), ['a'])],
    ['a window of its own', { ...layout, popoutGroups: [] }],
    ['another direction', { ...layout, grid: { ...layout.grid, orientation: 'DIAGONAL' } }],
  ])('leaves out a layout with %s, and keeps the files', (_what, broken) => {
    const parsed = parseWorkbench(stored({ files: [{ id: 'file-1', path: 'a' }], layout: broken }));
    expect(parsed).toEqual({ files: [{ id: 'file-1', path: 'a' }] });
  });

  it('has a hundred files at most', () => {
    const files = Array.from({ length: 150 }, (_, n) => ({ id: `file-${n}`, path: `${n}` }));
    expect(parseWorkbench(encodeWorkbench({ files }))?.files).toHaveLength(100);
    expect(parseWorkbench(stored({ files }))?.files).toHaveLength(100);
  });
});
