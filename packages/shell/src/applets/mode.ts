/** The mode argument of chmod(1) and mkdir -m: octal or symbolic. `undefined` when it is neither. */
export function parseMode(text: string, before: number, isDirectory: boolean, umask = 0o022): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) return parseInt(text, 8) & 0o7777;
  let mode = before & 0o7777;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (match?.[2] === undefined) return undefined;
    const who = match[1] ?? '';
    const all = who === '' || who.includes('a');
    const classes = (all || who.includes('u') ? 0o4700 : 0) | (all || who.includes('g') ? 0o2070 : 0) | (all || who.includes('o') ? 0o1007 : 0);
    for (const action of match[2].matchAll(/([-+=])([rwxXst]*|[ugo])/g)) {
      let bits = permissionBits(action[2] ?? '', mode, isDirectory) & (classes | (all ? 0o1000 : 0));
      // Without a class the umask has a say.
      if (who === '') bits &= ~umask | 0o7000;
      if (action[1] === '+') mode |= bits;
      else if (action[1] === '-') mode &= ~bits;
      else mode = (mode & ~(classes & 0o777)) | bits;
    }
  }
  return mode;
}

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

/** umask's operand: octal, or the permissions that stay. */
export function parseMask(text: string, before: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8) & 0o777;
  const mode = parseMode(text, ~before & 0o777, false, 0);
  return mode === undefined ? undefined : ~mode & 0o777;
}

export function symbolicMask(mask: number): string {
  const letters = (bits: number): string => `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
  const kept = ~mask & 0o777;
  return `u=${letters(kept >> 6)},g=${letters((kept >> 3) & 7)},o=${letters(kept & 7)}`;
}

/** `drwxr-xr-x` as ls -l shows it. */
export function modeText(mode: number): string {
  const types: Readonly<Record<number, string>> = { 0o010000: 'p', 0o020000: 'c', 0o040000: 'd', 0o060000: 'b', 0o100000: '-', 0o120000: 'l', 0o140000: 's' };
  const triple = (bits: number, special: boolean, letter: string): string =>
    `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-'}`;
  return (types[mode & 0o170000] ?? '?') + triple((mode >> 6) & 7, (mode & 0o4000) !== 0, 's') + triple((mode >> 3) & 7, (mode & 0o2000) !== 0, 's') + triple(mode & 7, (mode & 0o1000) !== 0, 't');
}
