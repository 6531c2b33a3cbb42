/** Looks at what the build has written; the build itself is run first (it does nothing when up to date). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { LazySet, parseNodeData, wrapperKindOf, WRAPPER_PARAMETERS, type NodeData } from '../src/index.ts';
import type { AnyNode } from 'acorn';
import { childrenOf, parseBuiltin } from './ast.ts';
import { extract } from './extract.ts';
import { build } from './main.ts';
import { PATCHES } from './patches.ts';
import { mustGetPinnedNode } from './pinned-node.ts';

const generated = join(import.meta.dirname, '../generated');
const helpers = { capture: () => undefined, restore: () => undefined };

let lazy: LazySet;
let data: NodeData;
let natives: Readonly<Record<string, string>> | undefined;

beforeAll(async () => {
  await build({ force: false, updateChecksums: false });
  const bytes = readFileSync(join(generated, 'lazy.bin'));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  lazy = new LazySet(shared);
  data = parseNodeData(((await import(join(generated, 'data.js'))) as { nodeDataText: string }).nodeDataText);
}, 60_000);

describe('generated lazy set', () => {
  it("keeps Node's lines and columns, and says where it could not", () => {
    natives ??= extract(mustGetPinnedNode()).natives;
    const misplaced: string[] = [];
    for (const id of lazy.ids()) {
      const theirs = natives[id]?.split('\n');
      if (theirs === undefined) continue;
      const ours = lazy.source(id)!.split('\n');
      // One line more: the end of the wrapper.
      expect(ours.length, id).toBe(theirs.length + 1);
      for (const [line, text] of ours.entries()) {
        // Some words of every line, wherever they have moved to.
        // The head of the wrapper stands in front of the first one.
        const from = line === 0 ? text.indexOf('{', text.indexOf('{') + 1) : 0;
        for (const match of text.matchAll(/\b[a-zA-Z]{5,}(?=\()/g)) {
          if (match.index < from) continue;
          const column = lazy.originalColumn(id, line + 1, match.index + 1);
          if (!theirs[line]?.startsWith(match[0], column - 1)) misplaced.push(`${id}:${line + 1} ${match[0]}`);
        }
      }
    }
    // The lines that patches have written anew.
    const patched = new Set(PATCHES.map((patch) => patch.file));
    expect(misplaced.filter((place) => !patched.has(place.split(':')[0]!))).toEqual([]);
    expect(misplaced.length).toBeLessThan(30);
  });

  it('shows the lines of a builtin as Node has them', () => {
    natives ??= extract(mustGetPinnedNode()).natives;
    const different: string[] = [];
    for (const id of ['internal/locks', 'internal/fs/promises', 'stream/consumers', 'internal/streams/operators']) {
      for (const [line, text] of natives[id]!.split('\n').entries()) {
        const withoutComment = text.replace(/\s*(\/\/|\/?\*).*$/, '');
        if (!(lazy.originalLine(id, line + 1) ?? '').startsWith(withoutComment))
          different.push(`${id}:${line + 1} ${lazy.originalLine(id, line + 1)}`);
      }
    }
    expect(different).toEqual([]);
  });

  it('is read from shared memory and compiles every source it holds', () => {
    expect(lazy.ids().length).toBeGreaterThan(200);
    for (const id of lazy.ids()) {
      expect(lazy.compile(id, helpers, globalThis.eval)?.length, id).toBe(WRAPPER_PARAMETERS[wrapperKindOf(id)].length);
    }
  });

  it('knows nothing of other names, not even inherited ones', () => {
    expect(lazy.source('toString')).toBeUndefined();
    expect(lazy.compile('no/such/builtin', helpers, globalThis.eval)).toBeUndefined();
  });
});

describe('generated data', () => {
  it('says what Node says', () => {
    expect(data.process.version).toBe('v24.21.0');
    expect(data.uv.codes['UV_ENOENT']).toBe(-2);
    expect(data.options.values['--experimental-require-module']).toBe(true);
    expect(Object.getPrototypeOf(data.constants['os'])).toBe(null);
    expect(data.bindings['http_parser']?.['HTTPParser'].REQUEST).toBe(1);
  });
});

describe('function names', () => {
  it.each([
    'fs',
    'util',
    'events',
    'internal/errors',
    'internal/util/inspect',
    'internal/webstreams/readablestream',
    'internal/fs/promises',
    'url',
  ])('survive in %s', async (id) => {
    natives ??= extract(mustGetPinnedNode()).natives;
    const ours = lazy.source(id)!;
    // The wrapper itself has no name; a patch may add one of its own.
    const found = new Set(functionNames(`(${ours})`, id));
    expect(functionNames(natives[id]!, id).filter((name) => !found.has(name))).toEqual([]);
  });
});

/** Names that functions and classes of a text get, by declaration or by the variable they are assigned to. */
function functionNames(source: string, id: string): string[] {
  const names: string[] = [];
  const visit = (node: AnyNode): void => {
    if (
      (node.type === 'FunctionDeclaration' ||
        node.type === 'FunctionExpression' ||
        node.type === 'ClassDeclaration' ||
        node.type === 'ClassExpression') &&
      node.id
    )
      names.push(node.id.name);
    if (
      node.type === 'VariableDeclarator' &&
      node.id.type === 'Identifier' &&
      node.init &&
      /Function|Class/.test(node.init.type)
    )
      names.push(node.id.name);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseBuiltin(source, id));
  return names;
}
