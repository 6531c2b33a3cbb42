/** Lines that stand together in a patch: a blank, `-` or `+` before each. */
export interface Hunk {
  /** From 1; 0 where the file is new. */
  readonly line: number;
  readonly newLine: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Both names are there and differ for a rename or a copy. */
export interface FilePatch {
  /** `undefined` for a file that comes. */
  readonly from: string | undefined;
  /** `undefined` for a file that goes. */
  readonly to: string | undefined;
  readonly mode: number | undefined;
  readonly copies: boolean;
  readonly binary: boolean;
  readonly hunks: readonly Hunk[];
}

/** As git and diff name a file that is not there. */
const NOWHERE = '/dev/null';

/** A patch taken apart; throws on a hunk that is shorter than it says. Lines are bytes, one letter each. */
export function parsePatch(text: Buffer, strip: number, reverse: boolean): readonly FilePatch[] {
  const lines = text.toString('latin1').split(/(?<=\n)/);
  const patches: FilePatch[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const isHead =
      line.startsWith('diff --git ') || (line.startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ '));
    if (!isHead) {
      at++;
      continue;
    }
    const [patch, next] = parseFile(lines, at, strip);
    patches.push(reverse ? reversed(patch) : patch);
    at = next;
  }
  return patches;
}

/** From its head to where the next file begins. The names of `---` and `+++` count over those of the head. */
function parseFile(lines: readonly string[], start: number, strip: number): readonly [FilePatch, number] {
  const head = headNames(lines[start] ?? '', strip);
  let [from, to]: (string | undefined)[] = [head?.[0], head?.[1]];
  let [mode, copies, binary]: [number | undefined, boolean, boolean] = [undefined, false, false];
  let at = head === undefined ? start : start + 1;
  const hunks: Hunk[] = [];
  for (; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/\n$/, '');
    const value = (name: string): string | undefined => (line.startsWith(name) ? line.slice(name.length) : undefined);
    if (line.startsWith('diff --git ') && at > start) break;
    if (line.startsWith('@@ ')) {
      const [hunk, next] = parseHunk(lines, at);
      hunks.push(hunk);
      at = next - 1;
    } else if (line.startsWith('--- ')) {
      if (hunks.length > 0) break;
      from = nameOf(line.slice(4), strip);
    } else if (line.startsWith('+++ ')) to = nameOf(line.slice(4), strip);
    else if (value('new file mode ') !== undefined) {
      from = undefined;
      mode = Number.parseInt(value('new file mode ') ?? '', 8);
    } else if (value('deleted file mode ') !== undefined) to = undefined;
    else if (value('new mode ') !== undefined) mode = Number.parseInt(value('new mode ') ?? '', 8);
    else if (/^(?:rename|copy) from /.test(line)) from = unquote(line.replace(/^\w+ from /, ''));
    else if (/^(?:rename|copy) to /.test(line)) {
      to = unquote(line.replace(/^\w+ to /, ''));
      copies = line.startsWith('copy');
    } else if (line.startsWith('GIT binary patch') || line.startsWith('Binary files ')) binary = true;
    else if (hunks.length > 0) break;
  }
  for (const path of [from, to])
    // A patch comes from anywhere, and must not write beside the tree or into `.git`.
    if (path?.split('/').some((name) => name === '..' || name.toLowerCase() === '.git'))
      throw new Error(`invalid path '${path}'`);
  return [{ from, to, mode, copies, binary, hunks }, at];
}

/** `diff --git a/x b/x`: where both are the same and nothing else names them. */
function headNames(line: string, strip: number): readonly [string, string] | undefined {
  const rest = /^diff --git (.*)\n?$/.exec(line)?.[1];
  if (rest === undefined) return undefined;
  // Both names are as long, and a name may hold spaces: only the middle tells where one ends.
  const middle = (rest.length - 1) / 2;
  const [one, two] = [unquote(rest.slice(0, middle)), unquote(rest.slice(middle + 1))];
  const [a, b] = [nameOf(one, strip), nameOf(two, strip)];
  return a === undefined || b === undefined || a !== b ? ['', ''] : [a, b];
}

/** Without the time that diff puts behind a tab, and without the first `strip` folders (-p). */
function nameOf(text: string, strip: number): string | undefined {
  const name = unquote(text.replace(/\t.*$/, ''));
  return name === NOWHERE ? undefined : name.split('/').slice(strip).join('/');
}

/** Names come as bytes, in quotes with octals where they are unusual. */
function unquote(text: string): string {
  const plain = text.startsWith('"')
    ? text
        .slice(1, -1)
        .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
          /^[0-7]{3}$/.test(code)
            ? String.fromCharCode(Number.parseInt(code, 8))
            : ({ n: '\n', t: '\t', r: '\r' }[code] ?? code),
        )
    : text;
  return Buffer.from(plain, 'latin1').toString('utf8');
}

/** As many lines as its head counts; a file's own lines may begin with anything. */
function parseHunk(lines: readonly string[], start: number): readonly [Hunk, number] {
  const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[start] ?? '');
  if (match === null) throw new Error(`corrupt patch at line ${start + 1}`);
  let [old, now] = [Number(match[2] ?? 1), Number(match[4] ?? 1)];
  const [before, after]: [string[], string[]] = [[], []];
  let at = start + 1;
  while (old > 0 || now > 0 || (lines[at] ?? '').startsWith('\\')) {
    const line = lines[at];
    if (line === undefined) throw new Error(`corrupt patch at line ${at + 1}`);
    const [sign, text] = [line.charAt(0), line.slice(1)];
    // "\ No newline at end of file", of the line before.
    if (sign === '\\') {
      const last = (lines[at - 1] ?? '').charAt(0);
      if (last !== '+') before.push((before.pop() ?? '').replace(/\n$/, ''));
      if (last !== '-') after.push((after.pop() ?? '').replace(/\n$/, ''));
    } else {
      if (!/[-+ \n]/.test(sign)) throw new Error(`corrupt patch at line ${at + 1}`);
      // Mailers take the blank off an empty line of context.
      const content = sign === '\n' ? '\n' : text;
      if (sign !== '+') {
        before.push(content);
        old--;
      }
      if (sign !== '-') {
        after.push(content);
        now--;
      }
    }
    at++;
  }
  return [{ line: Number(match[1]), newLine: Number(match[3]), before, after }, at];
}

/** As -R wants it. The mode is left as the patch says, which is that of its new side. */
const reversed = (patch: FilePatch): FilePatch => ({
  ...patch,
  from: patch.to,
  to: patch.from,
  hunks: patch.hunks.map(({ line, newLine, before, after }) => ({
    line: newLine,
    newLine: line,
    before: after,
    after: before,
  })),
});

/** The text with every hunk in its place, or the line at which one found none. A hunk may have moved, never changed. */
export function applyHunks(
  bytes: Buffer,
  hunks: readonly Hunk[],
): { readonly bytes: Buffer } | { readonly failedAt: number } {
  const lines = bytes.length === 0 ? [] : bytes.toString('latin1').split(/(?<=\n)/);
  let shift = 0;
  let least = 0;
  for (const { line, before, after } of hunks) {
    // A hunk without lines before it stands behind the line that it names.
    const wanted = Math.max(0, (before.length === 0 ? line : line - 1) + shift);
    const place = findPlace(lines, before, wanted, least);
    if (place === undefined) return { failedAt: line };
    lines.splice(place, before.length, ...after);
    shift += place - wanted + after.length - before.length;
    least = place + after.length;
  }
  return { bytes: Buffer.from(lines.join(''), 'latin1') };
}

/** The nearest place where the lines stand. */
function findPlace(
  lines: readonly string[],
  before: readonly string[],
  wanted: number,
  least: number,
): number | undefined {
  // Hunks keep their order: none begins before the end of the one above.
  const stands = (at: number): boolean =>
    at >= least && at + before.length <= lines.length && before.every((line, offset) => lines[at + offset] === line);
  for (let away = 0; away <= lines.length + wanted; away++) {
    if (stands(wanted - away)) return wanted - away;
    if (stands(wanted + away)) return wanted + away;
  }
  return undefined;
}
