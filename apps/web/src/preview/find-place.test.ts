import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { findPlace, type PlaceSources } from './find-place.ts';

const ORIGIN = 'http://5173--abc.slipway.localhost:4000';
const SOURCE = `interface Point { x: number; y: number }

type Unused = string;
export function broken(point: Point | undefined): number {
  return point!.x;
}
`;

async function served(path: string, inline: boolean): Promise<Record<string, string>> {
  const { code, map } = await transform(SOURCE, {
    loader: 'ts',
    sourcemap: inline ? 'inline' : 'external',
    sourcefile: 'main.ts',
  });
  return inline
    ? { [path]: code }
    : { [path]: `${code}//# sourceMappingURL=main.js.map\n`, [path.replace(/[^/]*$/, 'main.js.map')]: map };
}

const sourcesOf = (texts: Record<string, string>, files: readonly string[]): PlaceSources => ({
  origin: ORIGIN,
  read: async (url) => texts[url.pathname],
  exists: async (path) => files.includes(path),
});
/** As V8 prints it, with frames of tools around. */
const stackAt = (path: string, line: number, column: number): string =>
  [
    "TypeError: Cannot read properties of undefined (reading 'x')",
    `    at wrapped (${ORIGIN}/__slip/inject.js:1:1)`,
    `    at render (${ORIGIN}/node_modules/.vite/deps/react.js?v=1:10:5)`,
    `    at broken (${ORIGIN}${path}?t=12:${line}:${column})`,
    '    at https://elsewhere.example/src/main.ts:1:1',
  ].join('\n');

describe('the place of an error (UX-11)', () => {
  it.each([true, false])('UX-11 is found through the source map, inline %s', async (inline) => {
    const texts = await served('/src/main.ts', inline);
    const line = texts['/src/main.ts']!.split('\n').findIndex((text) => text.includes('return'));
    const stack = stackAt('/src/main.ts', line + 1, 16);
    expect(await findPlace({ text: 'it broke', stack }, sourcesOf(texts, ['src/main.ts']))).toEqual({
      path: 'src/main.ts',
      line: 5,
      column: 17,
    });
  });

  it('UX-11 is the served line where there is no map, and the file alone where nothing can be read', async () => {
    const stack = stackAt('/plain.js', 3, 7);
    const error = { text: 'it broke', stack };
    const plain = sourcesOf({ '/plain.js': 'a\nb\nc' }, ['plain.js']);
    expect(await findPlace(error, plain)).toEqual({ path: 'plain.js', line: 3, column: 7 });
    expect(await findPlace(error, sourcesOf({}, ['plain.js']))).toEqual({ path: 'plain.js', line: 1, column: 1 });
    expect(await findPlace(error, sourcesOf({}, []))).toBeUndefined();
  });

  it('UX-11 is what a compiler says in its text', async () => {
    const text = '[vite] Internal server error: Transform failed\n/home/project/src/App.tsx:3:5: expected ">"';
    expect(await findPlace({ text, stack: '' }, sourcesOf({}, ['src/App.tsx']))).toEqual({
      path: 'src/App.tsx',
      line: 3,
      column: 5,
    });
  });

  it.each([
    ['no JSON', '{'],
    ['no map', '{"version":3}'],
    ['an empty map', '{"version":3,"sources":["a.ts"],"mappings":""}'],
    ['a source that is no address', '{"version":3,"sources":["http://["],"mappings":"AAAA"}'],
    ['numbers without end', `{"version":3,"sources":["a.ts"],"mappings":"${'g'.repeat(5000)}"}`],
  ])('UX-11 a hostile page gets no place for %s', async (_, map) => {
    const text = `x\n//# sourceMappingURL=data:application/json;base64,${btoa(map)}`;
    const place = await findPlace({ text: '', stack: stackAt('/a.js', 1, 1) }, sourcesOf({ '/a.js': text }, ['b.ts']));
    expect(place).toBeUndefined();
  });
});
