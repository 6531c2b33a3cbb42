import { UsageError } from '../verb/verb.ts';

/** What `slipway container` and `npm run container` are told. */
export interface CliOptions {
  /** Folder of this machine, relative to where the user stands. */
  readonly mount: string | undefined;
  /** As `mount`; written to only when the command has ended by itself. */
  readonly save: string | undefined;
  /** Added to what a fresh container has; nothing of this machine's environment goes in. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: boolean;
  readonly command: string;
  readonly args: readonly string[];
}

/** The same text stands for the npm script, which a checkout has without the command. */
export const CONTAINER_USAGE = `usage: slipway container [OPTION]... -- COMMAND [ARG...]
       npm run container -- [OPTION]... -- COMMAND [ARG...]

Runs COMMAND in a fresh container in headless Chromium and exits with its code.

  --mount DIR   read DIR into the container's working folder
  --save DIR    when COMMAND has ended, write the working folder to DIR, without node_modules
  --env K=V     set a variable for COMMAND (may be repeated)
  --stdin       give COMMAND this command's standard input (to its end, when it is no terminal)
`;

/** Parses what follows the verb; throws a UsageError that says what is wrong. */
export function parseArguments(argv: readonly string[]): CliOptions {
  let mount: string | undefined;
  let save: string | undefined;
  let stdin = false;
  const env: Record<string, string> = {};
  let at = 0;
  const value = (option: string): string => {
    const next = argv[++at];
    if (next === undefined) throw new UsageError(`${option} needs a value`);
    return next;
  };
  for (; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      at++;
      break;
    }
    // The `--` may be left out: the first word without a dash is the command.
    if (!word.startsWith('-')) break;
    if (word === '--mount') mount = value(word);
    else if (word === '--save') save = value(word);
    else if (word === '--stdin') stdin = true;
    else if (word === '--env') {
      const pair = value(word);
      const equals = pair.indexOf('=');
      if (equals < 1) throw new UsageError(`--env needs NAME=VALUE, not "${pair}"`);
      env[pair.slice(0, equals)] = pair.slice(equals + 1);
    } else throw new UsageError(`unknown option "${word}"`);
  }
  const [command, ...args] = argv.slice(at);
  if (command === undefined) throw new UsageError('no command given');
  return { mount, save, env, stdin, command, args };
}
