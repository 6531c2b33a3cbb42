/**
 * From a text to what can be compiled: the scanner first, the parser where the
 * scanner is not sure.
 */
import { Bail } from './bail.ts';
import type { EditList } from './edit-list.ts';
import { editLiveReferences } from './live-references.ts';
import { chooseHelperNames, helperNames, type HelperNames } from './names.ts';
import { scan } from './scanner.ts';
import { isParseError, parseText, type Parse } from './syntax-tree.ts';
import type { ModuleBody, ScannedModule } from './tables.ts';
import { examineTree } from './tree-transform.ts';

/** Loads the parser; called only when it is needed. */
export type LoadParse = () => Parse;

/**
 * Tables and body of a module. The body takes imports as constants.
 * Throws acorn's SyntaxError for a text that is no module.
 */
export function transformModule(source: string, loadParse: LoadParse): ScannedModule {
  const names = mustChooseNames(source);
  try {
    const found = scan(source, 'module', names);
    const tables = found.declarations.builder.build({
      reassigned: found.assigned.later, allMutable: found.hasDirectEval, hasTopLevelAwait: found.hasTopLevelAwait, usesImportMeta: found.usesImportMeta,
    });
    return { tables, body: bodyOf(names, found.edits, source) };
  } catch (error) {
    if (!(error instanceof Bail)) throw error;
  }
  const { edits, tables } = examineTree(source, parseText(loadParse(), source, 'module'), names, 'module');
  return { tables, body: bodyOf(names, edits.toList(source), source) };
}

/** The body of a module whose imports must stay live. */
export function transformLiveModule(source: string, loadParse: LoadParse): ModuleBody {
  const names = mustChooseNames(source);
  const tree = parseText(loadParse(), source, 'module');
  const { edits, tables } = examineTree(source, tree, names, 'module');
  editLiveReferences(tree, tables.imports, names, edits);
  return bodyOf(names, edits.toList(source), source);
}

/** The same for a script: what its text needs around it are the helpers. */
export type TransformedScript = ModuleBody;

const MAY_IMPORT = /\bimport\s*(?:\/[/*]|\()/;

/**
 * A script in which `await` keeps the continuation frame and `import()` works;
 * `undefined` where it holds neither, which is the common case and costs two
 * searches. A text that does not parse is left as it is: the engine reports it.
 */
export function transformScript(source: string, loadParse: LoadParse): TransformedScript | undefined {
  if (!mayNeedTransform(source)) return undefined;
  const names = chooseHelperNames(source);
  if (names === undefined) return undefined;
  try {
    const { edits } = scan(source, 'script', names);
    return edits.length === 0 ? undefined : bodyOf(names, edits, source);
  } catch (error) {
    if (!(error instanceof Bail)) throw error;
  }
  try {
    const { edits } = examineTree(source, parseText(loadParse(), source, 'script'), names, 'script');
    return edits.isEmpty ? undefined : bodyOf(names, edits.toList(source), source);
  } catch (error) {
    if (isParseError(error) || error instanceof Bail) return undefined;
    throw error;
  }
}

/** Two searches that spare most scripts everything else. */
export function mayNeedTransform(source: string): boolean {
  return source.includes('await') || (source.includes('import') && MAY_IMPORT.test(source));
}

function mustChooseNames(source: string): HelperNames {
  const names = chooseHelperNames(source);
  if (names === undefined) throw new Error('Cannot transform a module: it uses every reserved prefix');
  return names;
}

function bodyOf(names: HelperNames, edits: EditList, source: string): ModuleBody {
  return { prefix: names.prefix, text: edits.apply(source), shifts: edits.columnShifts(source) };
}

export function namesOf(body: ModuleBody): HelperNames {
  return helperNames(body.prefix);
}
