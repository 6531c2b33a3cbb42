/**
 * Whether a name matches one of these patterns of a shell, `*` reaching over slashes as tar and zip have it. With
 * `anywhere` a pattern may begin at any slash and what is below a folder that matches, matches.
 */
export function globOf(patterns: readonly string[], anywhere: boolean): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const body = expressionOf(pattern.replace(/\/+$/, ''));
    return new RegExp(anywhere ? `(?:^|/)${body}(?:/|$)` : `^${body}$`, 's');
  });
  return (name) => expressions.some((expression) => expression.test(name));
}

/** `*` and `?` take a slash as well, as tar and Info-ZIP have it. */
function expressionOf(pattern: string): string {
  let text = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    const set = character === '[' ? /^\[(!?)(\]?[^\]]+)\]/.exec(pattern.slice(at)) : null;
    if (set !== null) {
      text += `[${set[1] === '!' ? '^' : ''}${(set[2] ?? '').replace(/[\\\]^]/g, '\\$&')}]`;
      at += set[0].length - 1;
    } else if (character === '*') {
      // Stars beside each other are one: two would make a matcher try every way to share a name between them.
      if (!text.endsWith('.*')) text += '.*';
    } else text += character === '?' ? '.' : character.replace(/[\\^$.|+(){}[\]]/, '\\$&');
  }
  return text;
}
