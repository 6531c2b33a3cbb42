/** A command line of git taken apart: what stands before the command, the command, and the rest. */
export interface GitCommandLine {
  /** Of each `-C`, in order; each is relative to the one before. */
  readonly folders: readonly string[];
  /** Of each `-c name=value`; a name alone is true. */
  readonly config: Readonly<Record<string, string>>;
  /** `undefined` for a bare `git`. */
  readonly command: string | undefined;
  readonly args: readonly string[];
}

/** An option that git has and this one has not, or that is unknown. */
export class UnknownOption extends Error {
  constructor(option: string) {
    super(`unknown option: ${option}`);
  }
}

/** Options before the command that change nothing here: there is no pager, no colour by default, one set of locks. */
const WITHOUT_EFFECT = new Set(['--no-pager', '-P', '-p', '--paginate', '--no-optional-locks', '--literal-pathspecs']);

/** Reference: handle_options, git.c. Throws `UnknownOption`. */
export function parseGlobalOptions(argv: readonly string[]): GitCommandLine {
  const folders: string[] = [];
  const config: Record<string, string> = {};
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) break;
    if (word === '--version' || word === '-v') return { folders, config, command: 'version', args: argv.slice(at + 1) };
    if (word === '--help' || word === '-h') return { folders, config, command: 'help', args: argv.slice(at + 1) };
    if (WITHOUT_EFFECT.has(word)) continue;
    if (word === '-C') {
      const folder = argv[++at];
      if (folder === undefined) throw new UnknownOption('-C without a folder');
      folders.push(folder);
    } else if (word === '-c') {
      const setting = argv[++at] ?? '';
      const equals = setting.indexOf('=');
      const name = equals < 0 ? setting : setting.slice(0, equals);
      if (!name.includes('.')) throw new UnknownOption(`-c ${setting}`);
      config[name] = equals < 0 ? 'true' : setting.slice(equals + 1);
    } else throw new UnknownOption(word);
  }
  return { folders, config, command: argv[at], args: argv.slice(at + 1) };
}
