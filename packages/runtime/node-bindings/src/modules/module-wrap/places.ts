/** Places in a module's text that error messages point at. */
import type { SourcePosition } from '../../realm/language-hooks.ts';
import type { Realm } from '../../realm/realm.ts';
import type { ErrorPlace } from '../language/syntax-errors.ts';
import { isParseError, parseText, type Node, type LoadParse, moduleName } from '@slipway/module-transform';
import type { SourceTextRecord } from './module-record.ts';
import { languageOf } from '../language/language-of.ts';

/** The name in an import or export clause that could not be resolved. */
export function findSpecifier(
  source: string,
  specifier: string,
  name: string,
  loadParse: LoadParse,
): ErrorPlace | undefined {
  let tree: Node;
  try {
    tree = parseText(loadParse(), source, 'module');
  } catch (error) {
    // Syntax the parser does not know yet (`import source`): the error is told without its place.
    if (isParseError(error)) return undefined;
    throw error;
  }
  for (const node of tree.body as Node[]) {
    if (node.source?.value !== specifier) continue;
    for (const item of (node.specifiers ?? []) as Node[]) {
      const named =
        item.type === 'ImportDefaultSpecifier'
          ? 'default'
          : item.imported !== undefined
            ? moduleName(item.imported)
            : item.local !== undefined && item.type === 'ExportSpecifier'
              ? moduleName(item.local)
              : undefined;
      const at = (item.imported ?? item.local) as Node | undefined;
      // The first clause of that specifier which names it.
      if (named === name && at !== undefined) return { ...lineAndColumn(source, at.start), length: at.end - at.start };
    }
  }
  return undefined;
}

/** The top-level await that was reached last. The text is read again: it is not kept. */
export function placeOfAwait(module: SourceTextRecord, realm: Realm): SourcePosition | undefined {
  const text = languageOf(realm).scripts.text(module.url) ?? readText(module.url, realm);
  if (text === undefined || module.waitsAt === undefined) return undefined;
  const { line, column } = lineAndColumn(text, module.waitsAt);
  return { file: module.url, line, column: column + 1 };
}

function readText(url: string, realm: Realm): string | undefined {
  if (!url.startsWith('file://')) return undefined;
  const bytes = realm.sys.fs.readFile(decodeURIComponent(url.slice('file://'.length)));
  return typeof bytes === 'number' ? undefined : new realm.host.classes.TextDecoder().decode(bytes);
}

function lineAndColumn(source: string, at: number): { line: number; column: number } {
  const lines = source.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length, column: (lines.at(-1) as string).length };
}
