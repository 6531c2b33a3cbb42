/** What expansion makes of a word before it is split into fields. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean; readonly split: boolean }
  /** A field ends here whatever IFS says: between the parameters of `$@`. */
  | { readonly kind: 'break' };

/** A stretch of a field; quoted text is never a pattern. */
export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}

export type Field = readonly Piece[];

export const fieldText = (field: Field): string => {
  let text = '';
  for (const piece of field) text += piece.text;
  return text;
};

/** XCU 2.6.5: splits what came from unquoted expansions at the characters of IFS. */
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
        else if (!blankEnded) fields.push([]);
        blankEnded = false;
      }
    }
    flush();
  }
  finish();
  return fields;
}
