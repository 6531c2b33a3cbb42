import type { SedCommand } from './sed-script.ts';
import type { SedSpace } from './sed-space.ts';

/**
 * What comes after a command: `undefined` the next one, a number the one at that index, `end` no other of this cycle.
 */
export type SedNext = number | 'end' | undefined;

type Run = (space: SedSpace, command: SedCommand) => SedNext;

/** For commands that are one change and go on. */
const then =
  (change: (space: SedSpace, command: SedCommand) => void): Run =>
  (space, command) => {
    change(space, command);
    return undefined;
  };

/** The commands of sed by their letters (XCU sed, Editing Commands), with GNU's `F`, `Q`, `T` and `z`. */
export const SED_COMMANDS: Readonly<Record<string, Run>> = {
  // A block that is taken is gone through; one that is not is jumped over where addresses are looked at.
  '{': () => undefined,
  s: then((space, { substitute }) => {
    if (substitute !== undefined && space.substitute(substitute)) space.substituted = true;
  }),
  y: then(transliterate),
  p: then((space) => space.print(space.pattern)),
  P: then((space) => space.print(space.pattern.split('\n', 1)[0] ?? '')),
  // Not folded at 70 columns as GNU does: scripts use it to see, not to parse.
  l: then((space) =>
    space.print(`${space.pattern.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}$`),
  ),
  '=': then((space) => space.print(String(space.number))),
  // The name of the file is not known here: all of them were joined.
  F: then((space) => space.print('-')),
  d: (space) => {
    space.endCycle(false);
    return 'end';
  },
  D: deleteFirstLine,
  n: nextLine,
  N: joinNextLine,
  g: then((space) => (space.pattern = space.hold)),
  G: then((space) => (space.pattern += `\n${space.hold}`)),
  h: then((space) => (space.hold = space.pattern)),
  H: then((space) => (space.hold += `\n${space.pattern}`)),
  x: then((space) => ([space.pattern, space.hold] = [space.hold, space.pattern])),
  z: then((space) => (space.pattern = '')),
  a: then((space, { text }) => space.append(`${text}\n`)),
  i: then((space, { text }) => space.print(text)),
  c: (space, { to, negated, active, text }) => {
    // A range is replaced once, at its end.
    if (to === undefined || negated || active === undefined) space.print(text);
    space.endCycle(false);
    return 'end';
  },
  r: then((space, { text }) => {
    // XCU sed: a file that cannot be read is taken for an empty one.
    const content = space.readFile(text);
    if (content !== undefined) space.append(content);
  }),
  w: then((space, { text }) => space.write(text)),
  b: (_space, { target }) => target,
  t: (space, { target }) => {
    if (!space.substituted) return undefined;
    space.substituted = false;
    return target;
  },
  // GNU's T is t the other way round.
  T: (space, { target }) => {
    if (!space.substituted) return target;
    space.substituted = false;
    return undefined;
  },
  // q prints before it ends, Q does not.
  q: (space, { text }) => {
    space.endCycle(true);
    space.quit = Number(text || 0);
    return 'end';
  },
  Q: (space, { text }) => {
    space.quit = Number(text || 0);
    return 'end';
  },
};

/** `text` is pairs of characters: `y` works on characters, not on UTF-16 units. */
function transliterate(space: SedSpace, { text }: SedCommand): void {
  const pairs = [...text];
  const map = new Map<string, string>();
  for (let p = 0; p < pairs.length; p += 2) map.set(pairs[p] ?? '', pairs[p + 1] ?? '');
  space.pattern = [...space.pattern].map((c) => map.get(c) ?? c).join('');
}

function deleteFirstLine(space: SedSpace): SedNext {
  const at = space.pattern.indexOf('\n');
  space.endCycle(false);
  if (at === -1) return 'end';
  // What is left runs again from the first command, without reading a line (XCU sed, D).
  space.pattern = space.pattern.slice(at + 1);
  return 0;
}

/** `n`: prints the pattern space and takes the next line in its place. */
function nextLine(space: SedSpace): SedNext {
  const { isLast } = space;
  space.endCycle(true);
  if (!isLast) {
    space.next();
    return undefined;
  }
  // XCU sed: without a next line n prints and ends, no other command is run.
  space.quit ??= 0;
  space.stop();
  return 'end';
}

/** `N`: the next line goes behind a newline in the pattern space. */
function joinNextLine(space: SedSpace): SedNext {
  const before = space.pattern;
  // GNU prints the pattern space when N finds no line; POSIX would drop it.
  if (space.isLast) {
    space.endCycle(true);
    space.stop();
    return 'end';
  }
  // What a and r have put off comes before the next line, as with n.
  space.flushAppended();
  space.next();
  space.pattern = `${before}\n${space.pattern}`;
  return undefined;
}
