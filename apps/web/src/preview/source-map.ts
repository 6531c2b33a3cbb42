/**
 * Looks places up in a source map, revision 3 (ECMA-426): `mappings` has a `;` between generated
 * lines and a `,` between segments of numbers in base64 VLQ, each relative to the one before.
 */
import * as z from 'zod';

/** A place in a source; line and column from 1. */
export interface SourcePlace {
  /** As the map names it, with its root: an address, or relative to the map's. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

const MAX_SOURCES = 10_000;

/** An indexed map (`sections`) has no mappings of its own and is not read. */
const sourceMap = z.object({
  version: z.literal(3),
  sourceRoot: z.string().nullish(),
  sources: z.array(z.string().nullable()).max(MAX_SOURCES),
  mappings: z.string(),
});
/** Decoded at each look-up: a map is asked about once or twice, for an error. */
export type SourceMap = z.infer<typeof sourceMap>;

const COMMENT = /\/\/[#@] ?sourceMappingURL=(\S+)\s*(?:$|\n)/g;
const DATA = /^data:application\/json(?:;charset=[\w-]+)?;base64,/i;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Where the map of a script is, by its last comment; what is inline is a `data:` address. */
export function sourceMapAddress(text: string): string | undefined {
  return [...text.matchAll(COMMENT)].at(-1)?.[1];
}

/** The text of a `data:` address, or undefined where it is none. */
export function inlineMapText(address: string): string | undefined {
  const head = DATA.exec(address)?.[0];
  if (head === undefined) return undefined;
  const bytes = Uint8Array.from(atob(address.slice(head.length)), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

/** A map is a stranger's text: what does not have its form is undefined, and the error keeps its built place. */
export function parseSourceMap(text: string): SourceMap | undefined {
  try {
    // Some servers put this before JSON, so that no script can be made of it.
    return sourceMap.safeParse(JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ''))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The source of a place of the generated script: the last mapping of its line that does not begin behind it. */
export function lookUp(map: SourceMap, line: number, column: number): SourcePlace | undefined {
  let best: SourcePlace | undefined;
  let source = 0;
  let sourceLine = 0;
  let sourceColumn = 0;
  const lines = map.mappings.split(';', line);
  for (const [at, segments] of lines.entries()) {
    let generated = 0;
    for (const segment of segments === '' ? [] : segments.split(',')) {
      const [step = 0, sourceStep, lineStep = 0, columnStep = 0] = decodeVlq(segment);
      generated += step;
      // A segment of one number is generated text that has no source.
      if (sourceStep === undefined) continue;
      source += sourceStep;
      sourceLine += lineStep;
      sourceColumn += columnStep;
      if (at !== line - 1 || (generated > column - 1 && best !== undefined)) continue;
      const name = map.sources[source];
      if (typeof name === 'string')
        best = { source: withRoot(map.sourceRoot, name), line: sourceLine + 1, column: sourceColumn + 1 };
    }
  }
  return best;
}

function withRoot(root: string | null | undefined, name: string): string {
  return root === null || root === undefined || root === '' ? name : `${root.replace(/\/$/, '')}/${name}`;
}

/** Five bits a digit, the lowest first; 32 says that more follow; the lowest bit of the whole is the sign. */
function decodeVlq(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
