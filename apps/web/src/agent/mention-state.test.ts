import { describe, expect, it } from 'vitest';
import { mentionAt, putMention } from './mention-state.ts';

describe('files that are mentioned', () => {
  it('begin with an @ that begins a word, up to the cursor', () => {
    for (const [text, query] of [
      ['@', ''],
      ['look at @src/a', 'src/a'],
      ['(@x', 'x'],
      ['first\n@b', 'b'],
    ] as const)
      expect(mentionAt(text, text.length)?.query, text).toBe(query);
    for (const text of ['', 'me@example', '@a b', 'x @@', `@${'a'.repeat(300)}`])
      expect(mentionAt(text, text.length), text).toBeUndefined();
    expect(mentionAt('@abc', 2)?.query).toBe('a');
  });

  it('take the place of what was typed, and a path with a blank stands in quotes', () => {
    const put = (text: string, path: string, cursor = text.length) =>
      putMention(text, cursor, mentionAt(text, cursor)!, path);
    expect(put('see @ap', 'src/app.ts')).toEqual({ text: 'see @src/app.ts ', cursor: 16 });
    expect(put('see @ap and', 'src/app.ts', 7)).toEqual({ text: 'see @src/app.ts and', cursor: 16 });
    expect(put('@m', 'my file')).toEqual({ text: '@"my file" ', cursor: 11 });
  });
});
