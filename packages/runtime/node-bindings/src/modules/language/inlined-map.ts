/**
 * Source maps for a debugger. DevTools reads what `//# sourceMappingURL` names, but
 * a file beside the script is in the container, out of its reach: the map is put
 * into the script instead, as a `data:` URL. Format: ECMA-426.
 */

/** Larger ones are left out: the text would weigh more than what it is good for. */
const MAX_MAP_CHARACTERS = 16 * 1024 * 1024;

/** Where the text of the program's file begins in what is compiled, from 0. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The `data:` URL of the map that stands in a file, or `undefined` where that is no map. */
export function inlinedMap(mapText: string, mapUrl: string, place: TextPlace): string | undefined {
  if (mapText.length > MAX_MAP_CHARACTERS) return undefined;
  const map = parseMap(mapText);
  if (map === undefined) return undefined;
  // Relative to the map's own place, which a `data:` URL has no more.
  if (!('sections' in map)) map.sourceRoot = rootOf(map.sourceRoot, mapUrl);
  // One section of an index map: it says where the text begins, the wrapper of the module being in front of it.
  const shifted = { version: 3, sections: [{ offset: place, map }] };
  const text = encodeURIComponent(JSON.stringify('sections' in map ? map : shifted));
  return `data:application/json;charset=utf-8,${text.replaceAll("'", '%27')}`;
}

function parseMap(text: string): Record<string, unknown> | undefined {
  try {
    // A first line like this one keeps browsers from running a map as a script.
    const map: unknown = JSON.parse(text.startsWith(')]}') ? text.slice(text.indexOf('\n') + 1) : text);
    return typeof map === 'object' && map !== null && !Array.isArray(map)
      ? (map as Record<string, unknown>)
      : undefined;
  } catch (error) {
    // Not ours to complain of: a program runs with a broken map as without one.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function rootOf(root: unknown, mapUrl: string): string {
  const folder = mapUrl.slice(0, mapUrl.lastIndexOf('/') + 1);
  if (typeof root !== 'string' || root === '') return folder;
  if (/^[a-z][a-z\d+.-]*:/i.test(root)) return root;
  return root.startsWith('/') ? `file://${root}` : `${folder}${root}`;
}
