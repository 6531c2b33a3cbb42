import * as z from 'zod';
import { absolutePathOf, pathOf } from './project-uri.ts';
import { lspRange } from './text-edits.ts';

/** A place that a server names: `Location` of LSP, or a link to one. */
const location = z.union([
  z.object({ uri: z.string(), range: lspRange }),
  z
    .object({ targetUri: z.string(), targetSelectionRange: lspRange })
    .transform(({ targetUri, targetSelectionRange }) => ({ uri: targetUri, range: targetSelectionRange })),
]);
/** One place, several or none: all three are allowed for `textDocument/definition`. */
const answer = z.union([z.null().transform(() => []), location.transform((one) => [one]), z.array(location)]);

/** A place of a file, inside or outside the project. Line and column from 1. */
export interface Place {
  /** Below the project's folder; undefined for a file elsewhere. */
  readonly path: string | undefined;
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** More is no list for people. */
export const MOST_PLACES = 1000;

/** The places of an answer, in its order. Empty where it is none. */
export function parsePlaces(root: string, value: unknown): readonly Place[] {
  const parsed = answer.safeParse(value);
  if (!parsed.success) return [];
  return parsed.data.slice(0, MOST_PLACES).map(({ uri, range }) => {
    const path = pathOf(root, uri);
    const whole = path ?? absolutePathOf(uri) ?? uri;
    return {
      path,
      name: path ?? whole.slice(whole.lastIndexOf('/') + 1),
      line: range.start.line + 1,
      column: range.start.character + 1,
    };
  });
}

/** A symbol of a file; those below it come after it. */
export interface FileSymbol {
  readonly name: string;
  /** Where it is: of a method, its class. */
  readonly container: string;
  readonly line: number;
  readonly column: number;
}

/**
 * `DocumentSymbol`, with a `selectionRange` and children, or the older `SymbolInformation`, with a `location`
 * and the name of what it lies in; servers give one or the other.
 */
interface LspSymbol {
  readonly name: string;
  readonly selectionRange?: z.infer<typeof lspRange> | undefined;
  readonly location?: { readonly range: z.infer<typeof lspRange> } | undefined;
  readonly containerName?: string | undefined;
  readonly children?: readonly LspSymbol[] | undefined;
}
/** A generated file can have far more, and a list to choose from is searched while somebody types. */
const MOST_SYMBOLS = 2000;
/** Of nested symbols. What is deeper is left out, so that an answer of a broken server cannot use up the stack. */
const MOST_DEPTH = 20;

const lspSymbol: z.ZodType<LspSymbol> = z.object({
  name: z.string(),
  selectionRange: lspRange.optional(),
  location: z.object({ range: lspRange }).optional(),
  containerName: z.string().optional(),
  children: z.lazy(() => z.array(lspSymbol)).optional(),
});

/** The symbols of an answer to `textDocument/documentSymbol`. Empty where it is none. */
export function parseSymbols(value: unknown): readonly FileSymbol[] {
  const parsed = z.array(lspSymbol).safeParse(value);
  const found: FileSymbol[] = [];
  const take = (symbols: readonly LspSymbol[], container: string, depth: number): void => {
    for (const { name, selectionRange, location: at, containerName, children = [] } of symbols) {
      const range = selectionRange ?? at?.range;
      if (range === undefined || found.length >= MOST_SYMBOLS || depth > MOST_DEPTH) continue;
      const { line, character } = range.start;
      found.push({ name, container: containerName ?? container, line: line + 1, column: character + 1 });
      take(children, name, depth + 1);
    }
  };
  if (parsed.success) take(parsed.data, '', 0);
  return found;
}
