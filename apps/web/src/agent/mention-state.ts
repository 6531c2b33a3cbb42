/** An `@` that is being typed: where it stands, and what is typed behind it so far. */
export interface MentionStart {
  readonly from: number;
  readonly query: string;
}

/** Longer than a path is; what is typed is looked at with every key. */
const MOST_QUERY = 200;

/** The `@` in front of the cursor, if it begins a word; the word ends at the cursor. */
export function mentionAt(text: string, cursor: number): MentionStart | undefined {
  const before = text.slice(Math.max(0, cursor - MOST_QUERY - 1), cursor);
  const [, word] = /(?:^|[\s([{"'])@([^\s@]*)$/.exec(before) ?? [];
  return word === undefined ? undefined : { from: cursor - word.length - 1, query: word };
}

/** The text with the path in the place of what was typed, and where the cursor is then. */
export function putMention(
  text: string,
  cursor: number,
  { from }: MentionStart,
  path: string,
): { text: string; cursor: number } {
  const word = /\s/.test(path) ? `@"${path}"` : `@${path}`;
  const after = text.slice(cursor);
  const gap = /^\s/.test(after) ? '' : ' ';
  return { text: `${text.slice(0, from)}${word}${gap}${after}`, cursor: from + word.length + 1 };
}

/** What a key means while files are offered; a number moves the mark. */
export function mentionKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): 'take' | 'close' | -1 | 1 | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return undefined;
  switch (event.key) {
    case 'ArrowUp':
      return -1;
    case 'ArrowDown':
      return 1;
    case 'Enter':
    case 'Tab':
      return 'take';
    case 'Escape':
      return 'close';
    default:
      return undefined;
  }
}
