/**
 * What expansion makes of a word before it is split into fields.
 * `quoted`: it matches only itself; `split`: it came from an expansion
 * outside quotes, and IFS divides it. Text as written is neither.
 */
export type Segment =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean; readonly split: boolean }
  /** A field ends here whatever IFS says: between the parameters of `$@`. */
  | { readonly kind: 'break' };

/** A stretch of a field; quoted text is never a pattern. */
export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * A word on the command line, as it will be; still in
 * pieces, since file names are matched after splitting.
 */
export type Field = readonly Piece[];

/** The field as the command gets it, once no file name is to be matched. */
export const fieldText = (field: Field): string => {
  let text = '';
  for (const piece of field) text += piece.text;
  return text;
};

/**
 * XCU 2.6.5: splits what came from unquoted expansions at the characters of IFS.
 *
 * Blanks (space, tab, newline) in IFS are one delimiter however many they are and vanish
 * at both ends; any other character delimits each time it stands there, with the blanks
 * around it. So `a::b` has an empty field and `a b` has not, and `:` at the end adds none.
 */
export function splitFields(segments: readonly Segment[], ifs: string): Field[] {
  const fields: Field[] = [];
  let current: Piece[] | undefined;
  // Blanks have ended a field and may still be part of one delimiter with a following character of IFS.
  let blankEnded = false;
  const finish = (): void => {
    if (current !== undefined) fields.push(current);
    current = undefined;
  };
  for (const segment of segments) {
    if (segment.kind === 'break') {
      finish();
      blankEnded = false;
      continue;
    }
    if (!segment.split || ifs === '') {
      // An unquoted empty text makes no field: `$unset` is nothing, `"$unset"` is one.
      if (segment.text === '' && !segment.quoted) continue;
      (current ??= []).push({ text: segment.text, quoted: segment.quoted });
      blankEnded = false;
      continue;
    }
    let text = '';
    const flush = (): void => {
      if (text !== '') (current ??= []).push({ text, quoted: false });
      text = '';
    };
    for (const c of segment.text) {
      if (!ifs.includes(c)) {
        text += c;
        blankEnded = false;
        continue;
      }
      flush();
      if (c === ' ' || c === '\t' || c === '\n') {
        if (current !== undefined) {
          finish();
          blankEnded = true;
        }
      } else {
        if (current !== undefined) finish();
        // Two delimiters with nothing between them: an empty field.
        else if (!blankEnded) fields.push([]);
        blankEnded = false;
      }
    }
    flush();
  }
  finish();
  return fields;
}
