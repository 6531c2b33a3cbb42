/** Wrong usage: the applet ends with `status` and, as most do, a hint at `--help`. */
export class UsageError extends Error {
  readonly status: number;
  readonly hint: boolean;

  constructor(message: string, status = 1, hint = true) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** `--help` */
export class HelpRequest {}

export interface OptionSpec {
  /** Letters, as getopt(3): a colon after those that take a value. */
  readonly short: string;
  /** Long names and the letter each stands for; `=` after the name where it takes a value. */
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first operand (env, xargs, …). */
  readonly stopAtOperand?: boolean;
  /** Status for wrong usage: 2 with ls, grep, sort. */
  readonly status?: number;
  /** `-5` is `-n 5` (head, tail). */
  readonly digits?: string;
}

export interface Options {
  has(letter: string): boolean;
  /** The last value given. */
  value(letter: string): string | undefined;
  values(letter: string): readonly string[];
  /** Of these letters the one that came last. */
  last(letters: string): string | undefined;
  readonly operands: readonly string[];
}

/** getopt_long(3) with operands anywhere. */
export function parseOptions(args: readonly string[], spec: OptionSpec): Options {
  const given: { letter: string; value: string | undefined }[] = [];
  const operands: string[] = [];
  const takesValue = (letter: string): boolean => spec.short[spec.short.indexOf(letter) + 1] === ':';
  const fail = (message: string): never => {
    throw new UsageError(message, spec.status);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg === '--help') throw new HelpRequest();
    if (arg.startsWith('--')) {
      const at = arg.indexOf('=');
      const name = at === -1 ? arg.slice(2) : arg.slice(2, at);
      const found = findLong(spec.long ?? {}, name);
      if (found === undefined) fail(`unrecognized option '--${name}'`);
      const { letter, hasValue } = found ?? { letter: '', hasValue: false };
      if (!hasValue) given.push({ letter, value: at === -1 ? undefined : arg.slice(at + 1) });
      else given.push({ letter, value: at === -1 ? (args[++i] ?? fail(`option '--${name}' requires an argument`)) : arg.slice(at + 1) });
      continue;
    }
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      if (spec.stopAtOperand === true) {
        operands.push(...args.slice(i + 1));
        break;
      }
      continue;
    }
    if (spec.digits !== undefined && /^-\d+$/.test(arg)) {
      given.push({ letter: spec.digits, value: arg.slice(1) });
      continue;
    }
    let letters = arg.slice(1);
    while (letters !== '') {
      const letter = letters[0] ?? '';
      letters = letters.slice(1);
      if (letter === ':' || !spec.short.includes(letter)) fail(`invalid option -- '${letter}'`);
      if (!takesValue(letter)) {
        given.push({ letter, value: undefined });
        continue;
      }
      given.push({ letter, value: letters !== '' ? letters : (args[++i] ?? fail(`option requires an argument -- '${letter}'`)) });
      letters = '';
    }
  }
  return {
    has: (letter) => given.some((option) => option.letter === letter),
    value: (letter) => given.findLast((option) => option.letter === letter)?.value,
    values: (letter) => given.filter((option) => option.letter === letter).map((option) => option.value ?? ''),
    last: (letters) => given.findLast((option) => letters.includes(option.letter))?.letter,
    operands,
  };
}

function findLong(long: Readonly<Record<string, string>>, name: string): { letter: string; hasValue: boolean } | undefined {
  const exact = long[name];
  if (exact !== undefined) return { letter: exact, hasValue: false };
  const valued = long[`${name}=`];
  if (valued !== undefined) return { letter: valued, hasValue: true };
  // An unambiguous beginning will do, as with getopt_long(3).
  const matching = Object.keys(long).filter((key) => key.startsWith(name));
  const only = matching[0];
  return matching.length === 1 && only !== undefined ? { letter: long[only] ?? '', hasValue: only.endsWith('=') } : undefined;
}
