/**
 * From a text to what can be compiled: the scanner first, the parser where the
 * scanner is not sure.
 */
import { Bail } from './bail.ts';
import { EditList } from './edit-list.ts';
import { editLiveReferences } from './live-references.ts';
import { chooseHelperNames, helperNames, type HelperNames } from './names.ts';
import { scan } from './scanner.ts';
import { isParseError, parseText, type Parse } from './syntax-tree.ts';
import type { ModuleBody, ModuleTables } from './tables.ts';
import { examineTree } from './tree-transform.ts';

/** Loads the parser; called only when it is needed. */
export type LoadParse = () => Parse;

/** What is to be done to a text; small, whatever the text's size. */
export interface Plan {
  readonly prefix: string;
  readonly edits: EditList;
}

/** Tables, and edits that were not made yet. */
export interface ModulePlan extends Plan {
  readonly tables: ModuleTables;
}

/**
 * Tables and edits of a module whose imports are taken as constants.
 * Throws acorn's SyntaxError for a text that is no module.
 */
export function planModule(source: string, loadParse: LoadParse): ModulePlan {
  const names = mustChooseNames(source);
  try {
    const found = scan(source, 'module', names);
    const tables = found.declarations.builder.build({
      reassigned: found.assigned.later,
      allMutable: found.hasDirectEval,
      hasTopLevelAwait: found.hasTopLevelAwait,
      usesImportMeta: found.usesImportMeta,
    });
    return { prefix: names.prefix, tables, edits: found.edits };
  } catch (error) {
    // Not sure, which says nothing about the program.
    if (!(error instanceof Bail)) throw error;
  }
  const { edits, tables } = examineTree(source, parseText(loadParse(), source, 'module'), names, 'module');
  return { prefix: names.prefix, tables, edits: edits.toList() };
}

/** Every use of an import reads the other module's binding as it is then. */
export function planLiveModule(source: string, loadParse: LoadParse): Plan {
  const names = mustChooseNames(source);
  const tree = parseText(loadParse(), source, 'module');
  const { edits, tables } = examineTree(source, tree, names, 'module');
  editLiveReferences(tree, tables.imports, names, edits);
  return { prefix: names.prefix, edits: edits.toList() };
}

/** `shifts` tell where code of a line now stands in another column. */
export function makeBody({ prefix, edits }: Plan, source: string): ModuleBody {
  return { prefix, text: edits.apply(source), shifts: edits.columnShifts(source) };
}

// What `import` could be that a script may have: a call, with a comment between, or `import.source`.
const MAY_IMPORT = /\bimport\s*(?:\/[/*]|\(|\.\s*source\b)/;

/**
 * A script in which `await` keeps the continuation frame and `import()` works.
 * No edits where nothing is to be done, and for a text that does not parse: the
 * engine reports it. Ask `mayNeedTransform` first.
 */
export function planScript(source: string, loadParse: LoadParse, names: HelperNames = mustChooseNames(source)): Plan {
  try {
    return { prefix: names.prefix, edits: scan(source, 'script', names).edits };
  } catch (error) {
    if (!(error instanceof Bail)) throw error;
  }
  try {
    const { edits } = examineTree(source, parseText(loadParse(), source, 'script'), names, 'script');
    return { prefix: names.prefix, edits: edits.toList() };
  } catch (error) {
    // The engine compiles the text as it is, and words the error.
    if (isParseError(error) || error instanceof Bail) return { prefix: names.prefix, edits: new EditList() };
    throw error;
  }
}

/** Two searches that spare most scripts everything else. */
export function mayNeedTransform(source: string): boolean {
  return source.includes('await') || (source.includes('import') && MAY_IMPORT.test(source));
}

/** What a script's text needs around it are the helpers of its prefix. */
export type TransformedScript = ModuleBody;

function mustChooseNames(source: string): HelperNames {
  const names = chooseHelperNames(source);
  if (names === undefined) throw new Error('Cannot transform a module: it uses every reserved prefix');
  return names;
}

/** From the prefix alone, which the body keeps. */
export function namesOf(body: ModuleBody): HelperNames {
  return helperNames(body.prefix);
}
