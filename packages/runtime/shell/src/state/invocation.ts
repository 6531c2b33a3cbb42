import { noLimits, type ShellLimits } from './shell-limits.ts';
import { isOptionName, optionOfLetter } from './options.ts';

/** What the command line of a shell asks for (XCU sh). */
export interface Invocation {
  /** The text after `-c`; undefined where a file or standard input is read. */
  readonly command: string | undefined;
  /** A script's path, to be searched in PATH when it is not here and has no slash. */
  readonly file: string | undefined;
  /** `-i`; without it a shell finds out by its descriptors. */
  readonly interactive: boolean;
  /** Marks for the embedder around each command (`--osc`). */
  readonly osc: boolean;
  /** What the embedder forbids (`--no-redirects`, `--allow-commands`). */
  readonly limits: ShellLimits;
  /** Options for `set`, spelled as there: `-e`, `+o`, `pipefail`. */
  readonly options: readonly string[];
  /** What becomes `$1` and on; with `-c`, `$0` first. */
  readonly operands: readonly string[];
}

/** `wrong` has the message as dash words it; the shell ends with 2. */
export type ParsedInvocation =
  | { readonly outcome: 'parsed'; readonly invocation: Invocation }
  | { readonly outcome: 'wrong'; readonly message: string };

/**
 * Reads the arguments of a shell called `name`, without `argv[0]`. Letters
 * may be joined (`-ec`), options end at `--`, `-` or the first operand.
 */
export function parseInvocation(name: string, args: readonly string[]): ParsedInvocation {
  const options: string[] = [];
  let takesCommand = false;
  let takesStandardInput = false;
  let interactive = false;
  let osc = false;
  let limits = noLimits;
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (arg.startsWith('--')) {
      if (arg === '--osc') osc = true;
      else if (name === 'jsh' && arg === '--no-redirects') limits = { ...limits, redirects: false };
      else if (name === 'jsh' && /^--allow-commands(=|$)/.test(arg)) {
        // Attached or the next argument; an empty list allows nothing.
        const list = arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : args[++i];
        if (list === undefined) return { outcome: 'wrong', message: `${arg} requires an argument` };
        const commands = list.split(',').map((command) => command.trim());
        limits = { ...limits, commands: commands.filter((command) => command !== '') };
      }
      // Start-up files do not exist here, so bash's options about them mean nothing.
      else if (!/^--(login|noprofile|norc|posix|noediting)$/.test(arg) || name === 'sh')
        return { outcome: 'wrong', message: `Illegal option ${arg}` };
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (letter === 'c') takesCommand = true;
      else if (letter === 's') takesStandardInput = true;
      else if (letter === 'i') interactive = true;
      // A login shell reads start-up files; there are none.
      else if (letter === 'l') continue;
      else if (letter === 'o') {
        const option = args[++i] ?? '';
        if (!isOptionName(option)) return { outcome: 'wrong', message: `Illegal option -o ${option}` };
        options.push(`${arg[0]}o`, option);
      } else if (optionOfLetter(letter) === undefined)
        return { outcome: 'wrong', message: `Illegal option ${arg[0]}${letter}` };
      else options.push(`${arg[0]}${letter}`);
    }
  }
  let operands = args.slice(i);
  const first = operands[0];
  if (takesCommand && first === undefined) return { outcome: 'wrong', message: '-c requires an argument' };
  const file = takesCommand || takesStandardInput ? undefined : first;
  // With `-s` all operands are parameters; else the first one is the text or the file.
  if (first !== undefined && !takesStandardInput) operands = operands.slice(1);
  return {
    outcome: 'parsed',
    invocation: { command: takesCommand ? first : undefined, file, interactive, osc, limits, options, operands },
  };
}
