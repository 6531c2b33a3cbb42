/** A place in a file as programs print it. Line and column from 1. */
export interface FileLink {
  /** Below the project's folder, without a leading slash. */
  readonly path: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** Where it stands in the text, from 0; `end` is after it. */
  readonly start: number;
  readonly end: number;
}

const PROJECT = '/home/project/';
/** Of one line: each costs a look into the file system. */
const MAX_LINKS = 8;
const MAX_WORD_CHARACTERS = 300;
/** What a place can be made of, `(3,5)` behind it as tsc prints it. */
const WORD = /[\w@.+/:-]+(?:\(\d{1,7},\d{1,7}\))?/g;
/** `src/a.ts:3:5`, `./a.ts(3,5)`, `/home/project/a.ts:3`, `file:///home/project/a.ts`; a name has an extension. */
const PLACE = new RegExp(
  [
    /^(?:file:\/\/)?/,
    /((?:\.{1,2}\/|\/)?(?:[\w@.+-]+\/)*[\w@.+-]*\w\.[a-z]\w{0,9})/,
    /(?::(\d{1,7})(?::(\d{1,7}))?|\((\d{1,7}),(\d{1,7})\))?/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);

/** The places of a printed line that may be files of the project; whether they exist is not looked at. */
export function findFileLinks(text: string): readonly FileLink[] {
  const links: FileLink[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (links.length === MAX_LINKS) break;
    const match = word.length > MAX_WORD_CHARACTERS ? null : PLACE.exec(word);
    // Punctuation may follow, anything else makes it another word, such as a web address.
    if (match === null || !/^[:.]*$/.test(word.slice(match[0].length))) continue;
    const [whole, name = '', line = match[4], column = match[5]] = match;
    const path = pathInProject(name);
    if (path === undefined) continue;
    links.push({
      path,
      line: line === undefined ? undefined : Number(line),
      column: column === undefined ? undefined : Number(column),
      start: index,
      end: index + whole.length,
    });
  }
  return links;
}

function pathInProject(name: string): string | undefined {
  const below = name.startsWith(PROJECT) ? name.slice(PROJECT.length) : name.replace(/^(?:\.\/)+/, '');
  return below.startsWith('/') || below.split('/').includes('..') ? undefined : below;
}
