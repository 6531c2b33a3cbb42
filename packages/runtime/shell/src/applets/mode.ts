import { FileMode, fileType } from '@slipway/posix';

/**
 * The mode argument of chmod(1) and mkdir -m: octal or symbolic (XCU chmod). `undefined`
 * when it is neither. `before` is what `+`, `-`, `X` and `u`, `g`, `o` as permissions refer to.
 */
export function parseMode(text: string, before: number, isDirectory: boolean, umask = 0o022): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) {
    // GNU: set-id bits of a directory stay, unless five digits say that they are meant.
    const kept = isDirectory && text.length < 5 ? before & SET_ID : 0;
    return (parseInt(text, 8) & 0o7777) | kept;
  }
  let mode = before & 0o7777;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (match?.[2] === undefined) return undefined;
    const affected = bitsOf(match[1] ?? '');
    // One class before letters: an empty list of letters would fit everywhere.
    for (const [, operator, letters = ''] of match[2].matchAll(/([-+=])([ugo]|[rwxXst]*)/g)) {
      // GNU: nor do they change by letters, unless it is `s`.
      const kept = isDirectory ? SET_ID & ~(letters.includes('s') ? affected || SET_ID : 0) : 0;
      // Without a class the umask has a say.
      const bits = permissionBits(letters, mode, isDirectory) & (affected || ~umask) & ~kept;
      if (operator === '+') mode |= bits;
      else if (operator === '-') mode &= ~bits;
      else mode = (mode & ((affected === 0 ? 0 : ~affected) | kept)) | bits;
    }
  }
  return mode;
}

const SET_ID = 0o6000;

/** Set-uid belongs to u, set-gid to g, the sticky bit to others. No class is none of them, as GNU has it. */
function bitsOf(classes: string): number {
  if (classes.includes('a')) return 0o7777;
  return (
    (classes.includes('u') ? 0o4700 : 0) | (classes.includes('g') ? 0o2070 : 0) | (classes.includes('o') ? 0o1007 : 0)
  );
}

/** Bits of all three classes; the caller masks out those that were not asked for. */
function permissionBits(letters: string, mode: number, isDirectory: boolean): number {
  if (/^[ugo]$/.test(letters)) {
    const bits = (letters === 'u' ? mode >> 6 : letters === 'g' ? mode >> 3 : mode) & 7;
    return bits * 0o111;
  }
  let bits = 0;
  for (const letter of letters) {
    if (letter === 'r') bits |= 0o444;
    else if (letter === 'w') bits |= 0o222;
    else if (letter === 'x' || (letter === 'X' && (isDirectory || (mode & 0o111) !== 0))) bits |= 0o111;
    else if (letter === 's') bits |= 0o6000;
    else if (letter === 't') bits |= 0o1000;
  }
  return bits;
}

/** umask's operand: octal, or the permissions that stay, which is the other way round (XCU umask). */
export function parseMask(text: string, before: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8) & 0o777;
  // More digits than a mask has; parseMode would take them for a mode.
  const mode = /^\d/.test(text) ? undefined : parseMode(text, ~before & 0o777, false, 0);
  return mode === undefined ? undefined : ~mode & 0o777;
}

/** `umask -S`: the permissions that stay, so that umask can read it back. */
export function symbolicMask(mask: number): string {
  const letters = (bits: number): string => `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
  const kept = ~mask & 0o777;
  return `u=${letters(kept >> 6)},g=${letters((kept >> 3) & 7)},o=${letters(kept & 7)}`;
}

/** `drwxr-xr-x` as ls -l shows it. */
export function modeText(mode: number): string {
  const types: Readonly<Record<number, string>> = {
    [FileMode.fifo]: 'p',
    [FileMode.char]: 'c',
    [FileMode.directory]: 'd',
    [FileMode.block]: 'b',
    [FileMode.file]: '-',
    [FileMode.link]: 'l',
    [FileMode.socket]: 's',
  };
  // A capital letter says that the bit is set and nobody may execute.
  const triple = (bits: number, special: boolean, letter: string): string => {
    const execute = special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${execute}`;
  };
  return (
    (types[fileType(mode)] ?? '?') +
    triple((mode >> 6) & 7, (mode & 0o4000) !== 0, 's') +
    triple((mode >> 3) & 7, (mode & 0o2000) !== 0, 's') +
    triple(mode & 7, (mode & 0o1000) !== 0, 't')
  );
}
