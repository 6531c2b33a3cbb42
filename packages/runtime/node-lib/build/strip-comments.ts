/**
 * Takes the comments out of a text and leaves everything else where it stands,
 * line and column: so that a frame of lib in a stack trace names the place that
 * Node names, function names included. Half of lib's bytes are comments; white
 * space that stays costs little once compressed.
 */
import { parse, type Comment } from 'acorn';

/**
 * The text without comments. acorn finds them, since a
 * regular expression or a template may look like one.
 */
export function stripComments(source: string): string {
  const comments: Comment[] = [];
  parse(source, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true, onComment: comments });
  let result = '';
  let position = 0;
  for (const comment of comments) {
    // What is left of a line that ends with the comment needs no trailing space.
    const before = source.slice(position, comment.start);
    const endsLine = /^[^\S\n]*(?:\n|$)/.test(source.slice(comment.end));
    result += endsLine ? before.replace(/[^\S\n]+$/, '') : before;
    const lines = source.slice(comment.start, comment.end).split('\n');
    result += '\n'.repeat(lines.length - 1);
    if (!endsLine) result += ' '.repeat(lines.at(-1)!.length);
    position = comment.end;
  }
  return result + source.slice(position);
}
