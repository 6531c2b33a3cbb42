import { describe, expect, it } from 'vitest';
import { inlinedMap } from './inlined-map.ts';

const MAP_URL = 'file:///home/project/dist/maps/a.js.map';
const PLACE = { line: 0, column: 7 };
const read = (url: string | undefined): { sections: { offset: object; map: Record<string, unknown> }[] } =>
  JSON.parse(decodeURIComponent((url ?? '').slice('data:application/json;charset=utf-8,'.length)));
const rootFor = (fields: object): unknown =>
  read(inlinedMap(JSON.stringify({ version: 3, sources: ['a.ts'], mappings: '', ...fields }), MAP_URL, PLACE))
    .sections[0]?.map.sourceRoot;

describe('a source map put into its script', () => {
  it('UX-19 keeps its sources where they were, and says where the text begins', () => {
    expect(rootFor({})).toBe('file:///home/project/dist/maps/');
    expect(rootFor({ sourceRoot: '../../src/' })).toBe('file:///home/project/dist/maps/../../src/');
    expect(rootFor({ sourceRoot: '/src/' })).toBe('file:///src/');
    expect(rootFor({ sourceRoot: 'https://x.example/' })).toBe('https://x.example/');
    expect(read(inlinedMap(')]}\n{"version":3}', MAP_URL, PLACE)).sections[0]).toMatchObject({ offset: PLACE });
  });

  it('has nothing that would end the comment it stands in', () => {
    const url = inlinedMap(JSON.stringify({ sourcesContent: ['it\'s "so"\n\u2028 x'] }), MAP_URL, PLACE);
    expect(url).toMatch(/^data:[^\s'"]*$/);
  });

  it('is left out where it is no map, or weighs more than it is good for', () => {
    for (const text of ['', 'null', '[]', '7', '{"version":', '<html>'])
      expect(inlinedMap(text, MAP_URL, PLACE)).toBeUndefined();
    const large = JSON.stringify({ version: 3, sourcesContent: ['x'.repeat(16 * 1024 * 1024)] });
    expect(inlinedMap(large, MAP_URL, PLACE)).toBeUndefined();
  });
});
