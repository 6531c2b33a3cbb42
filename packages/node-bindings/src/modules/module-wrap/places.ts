/** Places in a module's text that error messages point at. */
import type { SourcePosition } from '../../boot/language-hooks.ts';
import type { Realm } from '../../realm.ts';
import type { Language } from '../language/language.ts';
import type { ErrorPlace } from '../language/syntax-errors.ts';
import { childrenOf, isFunction, parseText, type Node } from '../transform/syntax-tree.ts';
import { moduleName } from '../transform/tree-transform.ts';
import type { SourceTextRecord } from './module-record.ts';

/** The name in an import or export clause that could not be resolved. */
export function findSpecifier(tree: Node, source: string, specifier: string, name: string): ErrorPlace | undefined {
  for (const node of tree.body as Node[]) {
    if (node.source?.value !== specifier) continue;
    for (const item of (node.specifiers ?? []) as Node[]) {
      const named = item.type === 'ImportDefaultSpecifier' ? 'default' : item.imported !== undefined ? moduleName(item.imported) : item.local !== undefined && item.type === 'ExportSpecifier' ? moduleName(item.local) : undefined;
      const at = (item.imported ?? item.local) as Node | undefined;
      if (named === name && at !== undefined) return { ...lineAndColumn(source, at.start), length: at.end - at.start };
    }
  }
  return undefined;
}

/** The first `await` outside of functions. The text is read again: it is not kept. */
export function findTopLevelAwait(module: SourceTextRecord, language: Language, realm: Realm): SourcePosition | undefined {
  const path = module.url.startsWith('file://') ? decodeURIComponent(module.url.slice(7)) : module.url;
  const bytes = realm.sys.fs.readFile(path);
  if (typeof bytes === 'number') return undefined;
  const source = new realm.host.classes.TextDecoder().decode(bytes);
  const at = firstAwait(parseText(language.loadParse(), source, 'module'));
  if (at === undefined) return undefined;
  const { line, column } = lineAndColumn(source, at);
  return { file: module.url, line, column: column + 1 };
}

function firstAwait(node: Node): number | undefined {
  if (isFunction(node)) return undefined;
  if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await === true)) return node.start;
  for (const child of childrenOf(node)) {
    const found = firstAwait(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function lineAndColumn(source: string, at: number): { line: number; column: number } {
  const lines = source.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length, column: (lines.at(-1) as string).length };
}
