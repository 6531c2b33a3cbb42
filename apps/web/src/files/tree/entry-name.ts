/** NAME_MAX of Linux, and of the container's file system. */
const MAX_NAME_BYTES = 255;

/**
 * Why `name` cannot be the name of a file or folder beside `taken`, as a sentence for who types it; undefined where it
 * can. POSIX 3.170: a name is any bytes but `/` and NUL; `.` and `..` are the folders themselves.
 */
export function nameTrouble(name: string, taken: (name: string) => boolean): string | undefined {
  if (name === '') return 'Type a name';
  if (name === '.' || name === '..') return `"${name}" stands for a folder itself: choose another name`;
  if (name.includes('/')) return 'A name has no "/": make the folder first';
  if (name.includes('\0')) return 'A name has no NUL character';
  if (new TextEncoder().encode(name).length > MAX_NAME_BYTES) return `A name has ${MAX_NAME_BYTES} bytes at most`;
  if (taken(name)) return `"${name}" is here already: choose another name`;
  return undefined;
}

/** The name for a copy of `name` that nobody has: `a.txt`, `a copy.txt`, `a copy 2.txt`. Stays within the limit. */
export function freeName(name: string, taken: (name: string) => boolean): string {
  if (!taken(name)) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot) : '';
  const stem = (ending === '' ? name : name.slice(0, dot)).replace(/ copy( \d+)?$/, '');
  for (let number = 1; ; number++) {
    const suffix = ` copy${number === 1 ? '' : ` ${number}`}${ending}`;
    const free = shortened(stem, MAX_NAME_BYTES - new TextEncoder().encode(suffix).length) + suffix;
    if (!taken(free)) return free;
  }
}

/** How many characters of `name` a rename selects first: all before the ending, of a folder all. */
export function stemLength(name: string, folder: boolean): number {
  const dot = name.lastIndexOf('.');
  return folder || dot <= 0 ? name.length : dot;
}

function shortened(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  let short = text;
  while (encoder.encode(short).length > bytes) short = [...short].slice(0, -1).join('');
  return short;
}
