/** Most alternatives that the braces of one pattern may stand for. */
const ALTERNATIVES_LIMIT = 64;

/**
 * Whether a path matches a pattern: `?` and `*` within a name, `**` for folders at any depth, `{a,b}`. Without regular
 * expressions, so that no pattern of a model's takes longer than its length times the path's.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  return expandBraces(pattern).some((one) => matchesParts(one.split('/'), path.split('/')));
}

function matchesParts(pattern: readonly string[], path: readonly string[]): boolean {
  // reached[i]: the pattern's parts so far match the first i parts of the path.
  let reached = [true, ...path.map(() => false)];
  for (const part of pattern) {
    const next = reached.map(() => false);
    if (part === '**') {
      let any = false;
      for (let at = 0; at <= path.length; at++) next[at] = any ||= reached[at]!;
    } else {
      for (let at = 0; at < path.length; at++) next[at + 1] = reached[at]! && matchesName(part, path[at]!);
    }
    reached = next;
  }
  return reached[path.length]!;
}

/** With one star to come back to: the last one is the only one that matters. */
function matchesName(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let mark = 0;
  for (let from = 0; from < name.length;) {
    if (pattern[at] === '*') {
      star = at++;
      mark = from;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++mark;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const braces = /\{([^{}]*)\}/.exec(next);
    if (braces === null || done.length + open.length >= ALTERNATIVES_LIMIT) {
      done.push(next);
      continue;
    }
    const [whole, inner = ''] = braces;
    for (const choice of inner.split(','))
      open.push(next.slice(0, braces.index) + choice + next.slice(braces.index + whole.length));
  }
  return done;
}
