/** What a command line of jq asks for. */
export interface JqCommand {
  readonly query: string;
  readonly flags: readonly string[];
  readonly files: readonly string[];
  /** -n: without `input` in the filter there is nothing to be read; a terminal would wait for ever. */
  readonly readsNothing: boolean;
}

/** Letters that may stand together behind one dash. */
const LETTERS = 'ncrjaSCMesRf';
const PLAIN = new Set(
  (
    '--null-input --raw-input --slurp --compact-output --raw-output --raw-output0 --join-output --ascii-output ' +
    '--sort-keys --color-output --monochrome-output --tab --stream --stream-errors --seq --exit-status --unbuffered'
  ).split(' '),
);

/**
 * jq's own order of options and operands (src/main.c): the first operand is the filter, wherever it stands. Files that
 * are named by options are read here, as the library has none: they become values.
 */
export function parseJqArguments(
  args: readonly string[],
  readFile: (path: string) => string,
): JqCommand | { readonly shows: 'help' | 'version' } | { readonly problem: string } {
  const flags: string[] = [];
  const files: string[] = [];
  const positional: string[] = [];
  const named: string[] = [];
  let query: string | undefined;
  let rest: 'files' | 'strings' | 'values' = 'files';
  let fromFile = false;
  let optionsEnded = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (optionsEnded || !arg.startsWith('-') || arg === '-') {
      if (query === undefined) query = arg;
      else if (rest === 'files') files.push(arg);
      else positional.push(rest === 'strings' ? JSON.stringify(arg) : arg);
      continue;
    }
    const [first, second] = [args[at + 1], args[at + 2]];
    if (arg === '--') optionsEnded = true;
    else if (arg === '--help' || arg === '-h') return { shows: 'help' };
    else if (arg === '--version' || arg === '-V') return { shows: 'version' };
    else if (arg === '--args') rest = 'strings';
    else if (arg === '--jsonargs') rest = 'values';
    else if (arg === '--from-file') fromFile = true;
    else if (arg === '--indent') {
      if (first === undefined) return { problem: '--indent takes one parameter' };
      flags.push(arg, first);
      at++;
    } else if (/^--(?:arg|argjson|slurpfile|rawfile)$/.test(arg)) {
      if (first === undefined || second === undefined)
        return {
          problem: `${arg} takes two parameters (e.g. ${arg} varname ${arg.endsWith('file') ? 'filename' : 'value'})`,
        };
      const value =
        arg === '--arg'
          ? JSON.stringify(second)
          : arg === '--argjson'
            ? second
            : arg === '--rawfile'
              ? JSON.stringify(readFile(second))
              : slurped(readFile(second));
      if (value === undefined || !isJson(value)) return { problem: `Invalid JSON text passed to ${arg}` };
      flags.push('--argjson', first, value);
      named.push(first);
      at += 2;
    } else if (PLAIN.has(arg)) flags.push(arg);
    else if (!arg.startsWith('--') && [...arg.slice(1)].every((letter) => LETTERS.includes(letter))) {
      if (arg.includes('f')) fromFile = true;
      flags.push(...[...arg.slice(1)].filter((letter) => letter !== 'f').map((letter) => `-${letter}`));
    } else return { problem: `Unknown arguments` };
  }
  if (query === undefined) return { shows: 'help' };
  const text = fromFile ? readFile(query) : query;
  const readsNothing = flags.some((flag) => flag === '-n' || flag === '--null-input') && !/\binputs?\b/.test(text);
  return { query: withPositional(text, positional, named), flags, files, readsNothing };
}

/** The library's command line has no place for --args: `$ARGS` is bound before the filter. */
function withPositional(query: string, positional: readonly string[], named: readonly string[]): string {
  if (positional.length === 0) return query;
  const names = named.map((name) => `${JSON.stringify(name)}: $${name}`).join(', ');
  return `{positional: [${positional.join(', ')}], named: {${names}}} as $ARGS | ${query}`;
}

/** --slurpfile: all values of a file, as an array; several stand one after the other, each on lines of their own. */
function slurped(text: string): string | undefined {
  if (isJson(text)) return `[${text}]`;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.every(isJson) ? `[${lines.join(',')}]` : undefined;
}

/** jq's own reader takes a little more, such as NaN; what it alone takes is refused here. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
