/** A part of a text with conflict markers: what both have, or what each side has. */
export type ConflictPart =
  | { readonly name: 'same'; readonly text: string }
  | {
      readonly name: 'conflict';
      readonly ours: string;
      readonly theirs: string;
      readonly labels: readonly [string, string];
    };

/** Which side of a part is kept. */
export type Kept = 'ours' | 'theirs' | 'both';

/** Seven of each, git's default `conflict-marker-size`. The base is there with the style diff3 or zdiff3. */
const OURS = /^<{7}(?: (.*))?$/;
const BASE = /^\|{7}(?: .*)?$/;
const MIDDLE = /^={7}$/;
const THEIRS = /^>{7}(?: (.*))?$/;

/** The parts of a text as git leaves it; a marker that nothing follows is text. */
export function parseConflicts(text: string): readonly ConflictPart[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const parts: ConflictPart[] = [];
  let same = '';
  for (let at = 0; at < lines.length; at++) {
    const found = OURS.test(bare(lines[at])) ? parseOne(lines, at) : undefined;
    if (found === undefined) {
      same += lines[at] ?? '';
      continue;
    }
    if (same !== '') parts.push({ name: 'same', text: same });
    same = '';
    parts.push(found.part);
    at = found.end;
  }
  return same === '' ? parts : [...parts, { name: 'same', text: same }];
}

/** Undefined where the markers are not whole. The base is read over: it is neither side's. */
function parseOne(
  lines: readonly string[],
  start: number,
): { readonly part: ConflictPart; readonly end: number } | undefined {
  const sides = { ours: '', base: '', theirs: '' };
  let side: keyof typeof sides = 'ours';
  for (let at = start + 1; at < lines.length; at++) {
    const line = bare(lines[at]);
    const end = THEIRS.exec(line);
    if (end !== null && side === 'theirs') {
      const labels = [OURS.exec(bare(lines[start]))?.[1] ?? 'ours', end[1] ?? 'theirs'] as const;
      return { part: { name: 'conflict', ours: sides.ours, theirs: sides.theirs, labels }, end: at };
    }
    if (OURS.test(line)) return undefined;
    if (side === 'ours' && BASE.test(line)) side = 'base';
    else if (side !== 'theirs' && MIDDLE.test(line)) side = 'theirs';
    else sides[side] += lines[at] ?? '';
  }
  return undefined;
}

const bare = (line: string | undefined): string => (line ?? '').replace(/\r?\n$/, '');

/** The text with one conflict settled, the `index`-th of them; the others keep their markers. */
export function settleConflict(text: string, index: number, kept: Kept): string {
  const parts = parseConflicts(text);
  const wanted = parts.filter(({ name }) => name === 'conflict')[index];
  let rest = text;
  let done = '';
  for (const part of parts) {
    const raw = part.name === 'same' ? part.text : rawOf(rest);
    rest = rest.slice(raw.length);
    if (part !== wanted || part.name === 'same') done += raw;
    else done += kept === 'ours' ? part.ours : kept === 'theirs' ? part.theirs : part.ours + part.theirs;
  }
  return done;
}

/** The markers and what is between them, from the beginning of a text. */
function rawOf(text: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const end = parseOne(lines, 0)?.end ?? lines.length - 1;
  return lines.slice(0, end + 1).join('');
}
