/** Writes the generated files; see README.md for what each is. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { lateSetOf } from '../src/late-set.ts';
import type { BindingShapes, ColumnShifts, LazyIndex, NodeData } from '../src/index.ts';
import type { TransformedBuiltin } from './builtin-source.ts';

/** What is written, by file: the lazy set, the late ones, and what is known about Node. */
export interface Parts {
  readonly lazy: readonly TransformedBuiltin[];
  readonly ownAssets: readonly TransformedBuiltin[];
  readonly data: NodeData;
  readonly shapes: BindingShapes;
}

/** By file name; the caller writes them. */
export function renderFiles(parts: Parts): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  files.set('data.js', `export const nodeDataText=${JSON.stringify(JSON.stringify(parts.data))};\n`);
  files.set('data.d.ts', '/** For `parseNodeData`. */\nexport declare const nodeDataText: string;\n');
  files.set(
    'members.js',
    `export const bindingMembersText=${JSON.stringify(JSON.stringify(callableMembers(parts.shapes)))};\n`,
  );
  files.set(
    'members.d.ts',
    '/** JSON: the functions and classes of each binding of the pinned Node, by binding. */\n' +
      'export declare const bindingMembersText: string;\n',
  );
  files.set('data.json', JSON.stringify(parts.data, null, 1));
  files.set('shapes.json', JSON.stringify(parts.shapes, null, 1));
  files.set('lazy.bin', renderLazySet(parts.lazy));
  const asText = [...parts.lazy, ...parts.ownAssets.filter(({ id }) => lateSetOf(id) === 'extras')];
  files.set('lazy.json', JSON.stringify(Object.fromEntries(asText.map((builtin) => [builtin.id, builtin.expression]))));
  for (const name of new Set(parts.ownAssets.map(({ id }) => lateSetOf(id)))) {
    files.set(`${name}.bin`, renderLazySet(parts.ownAssets.filter(({ id }) => lateSetOf(id) === name)));
  }
  return files;
}

/** What a runtime without one of these has to refuse by name. */
function callableMembers(shapes: BindingShapes): Record<string, string[]> {
  const callable = (binding: BindingShapes[string]) =>
    Object.entries(binding)
      .filter(([, shape]) => shape.kind === 'function' || shape.kind === 'class')
      .map(([name]) => name);
  return Object.fromEntries(Object.entries(shapes).map(([name, binding]) => [name, callable(binding)]));
}

/** The layout stands in src/lazy-set.ts. */
function renderLazySet(builtins: readonly TransformedBuiltin[]): Uint8Array {
  const index: Record<string, readonly [number, number]> = {};
  const shifts: Record<string, ColumnShifts[string]> = {};
  let offset = 0;
  const texts = builtins.map(({ id, expression, shifts: own }) => {
    const text = Buffer.from(expression, 'utf8');
    index[id] = [offset, text.length];
    shifts[id] = own;
    offset += text.length;
    return text;
  });
  const tables = [JSON.stringify(index satisfies LazyIndex), JSON.stringify(shifts satisfies ColumnShifts)].map(
    (table) => Buffer.from(table, 'latin1'),
  );
  const head = Buffer.alloc(8);
  // The head of src/lazy-set.ts: the lengths of both tables.
  head.writeUInt32LE(tables[0]!.length, 0);
  head.writeUInt32LE(tables[1]!.length, 4);
  return Buffer.concat([head, ...tables, ...texts]);
}

/** Overwrites; what an earlier build left under other names stays. */
export function writeFiles(directory: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(directory, name), content);
}

/** One line per file that a browser fetches: raw, gzip and brotli bytes. */
export function sizeTable(files: ReadonlyMap<string, string | Uint8Array>, names: readonly string[]): string {
  const rows = names.map((name) => {
    const content = Buffer.from(files.get(name)!);
    const brotli = brotliCompressSync(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    });
    return { name, raw: content.length, gzip: gzipSync(content, { level: 9 }).length, brotli: brotli.length };
  });
  const line = (name: string, raw: number | string, gzip: number | string, brotli: number | string): string =>
    `${name.padEnd(14)}${String(raw).padStart(10)}${String(gzip).padStart(10)}${String(brotli).padStart(10)}`;
  return [line('', 'raw', 'gzip', 'brotli'), ...rows.map((row) => line(row.name, row.raw, row.gzip, row.brotli))].join(
    '\n',
  );
}
