import { parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import type { TransformCache } from './transform-cache.ts';
import { textHash } from './text-hash.ts';
import { Transforms } from './transforms.ts';

/** Long enough to be worth remembering. */
const MODULE =
  "import { a } from 'x';\nexport const b = async () => await a(import.meta.url);\n" + '// filler\n'.repeat(4000);

class MapCache implements TransformCache {
  readonly entries = new Map<string, string>();
  hits = 0;

  get(key: string): string | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) this.hits++;
    return value;
  }

  put(key: string, value: string): void {
    this.entries.set(key, value);
  }
}

describe('remembered transforms', () => {
  it('give another process the same text and tables', () => {
    const cache = new MapCache();
    const first = new Transforms(
      () => parse,
      () => cache,
    ).module(MODULE);
    const second = new Transforms(
      () => {
        throw new Error('no parser is needed');
      },
      () => cache,
    ).module(MODULE);
    expect(cache.hits).toBe(1);
    expect(second).toEqual(first);
    expect(second.body.text).toContain('await __swA( a(__swM');
  });

  it('remember that nothing is to be done', () => {
    const cache = new MapCache();
    const source = `"await";${' '.repeat(40_000)}`;
    expect(
      new Transforms(
        () => parse,
        () => cache,
      ).script(source),
    ).toBeUndefined();
    expect(
      new Transforms(
        () => parse,
        () => cache,
      ).script(source),
    ).toBeUndefined();
    expect(cache.hits).toBe(1);
  });

  it('tell kinds apart', () => {
    const cache = new MapCache();
    const transforms = new Transforms(
      () => parse,
      () => cache,
    );
    transforms.module(MODULE);
    expect(transforms.liveModule(MODULE).text).toContain('__swR0.a');
  });
});

describe('the text hash', () => {
  it('changes with every single character and with the length', () => {
    const text = 'const x = 1;\n'.repeat(50);
    const hashes = new Set([textHash(text), textHash(`${text} `), textHash(text.slice(1))]);
    for (let at = 0; at < text.length; at++) hashes.add(textHash(`${text.slice(0, at)}Q${text.slice(at + 1)}`));
    expect(hashes.size).toBe(text.length + 3);
  });
});
