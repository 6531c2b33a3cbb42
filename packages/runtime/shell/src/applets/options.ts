/**
 * Wrong usage: the applet ends with `status` and, as most
 * do, a hint at `--help`. Thrown from anywhere in it.
 */
export class UsageError extends Error {
  readonly status: number;
  readonly hint: boolean;

  constructor(message: string, status = 1, hint = true) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** `--help` was given: `runApplet` prints one line and the applet is done. */
export class HelpRequest {}

/**
 * The options of a command: a name for the code, and how a command line spells it. A spelling ends
 * with `=` where a value belongs to it and with `[=]` where one may be attached:
 * `{ maxCount: '-m= --max-count=', color: '--color[=]' }`.
 */
export type OptionTable<Name extends string> = Readonly<Record<Name, string>>;

/** What a command takes before its operands. */
export interface OptionSpec<Name extends string> {
  readonly options: OptionTable<Name>;
  /** Spellings that are accepted and change nothing here. */
  readonly ignored?: string;
  /** Options end at the first operand (env, xargs, …). */
  readonly stopAtOperand?: boolean;
  /** Status for wrong usage: 2 with ls, grep, sort. */
  readonly status?: number;
  /** The option that `-5` gives the value 5 (head, tail, grep). */
  readonly digits?: NoInfer<Name>;
}

/** Long and short spellings have become one name. */
export interface Options<Name extends string> {
  /** True when one of these was given. */
  has(...names: readonly Name[]): boolean;
  /** Undefined when it was not given; of several the last one counts. */
  value(name: Name): string | undefined;
  /** All values given, in order. */
  values(name: Name): readonly string[];
  /** Decides between options that overrule each other, as `-f` and `-i` of rm do. */
  last<Some extends Name>(...names: readonly Some[]): Some | undefined;
  readonly operands: readonly string[];
}

interface Spelling<Name> {
  /** `undefined`: accepted and forgotten. */
  readonly name: Name | undefined;
  readonly takes: 'nothing' | 'value' | 'maybe';
}

interface Given<Name> {
  readonly name: Name | undefined;
  readonly value: string | undefined;
}

/**
 * getopt_long(3) with operands anywhere, as GNU has it (XBD 12.2 wants them last).
 * Throws UsageError for an option that is not in the table, or lacks its value.
 */
export function parseOptions<Name extends string>(args: readonly string[], spec: OptionSpec<Name>): Options<Name> {
  const spellings = readTable(spec);
  const given: Given<Name>[] = [];
  const operands: string[] = [];
  const fail: Fail = (message) => {
    throw new UsageError(message, spec.status);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const next = (): string | undefined => args[++i];
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg === '--help') throw new HelpRequest();
    if (arg.startsWith('--')) given.push(readLong(spellings, arg, next, fail));
    else if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      if (spec.stopAtOperand !== true) continue;
      operands.push(...args.slice(i + 1));
      break;
    } else if (spec.digits !== undefined && /^-\d+$/.test(arg)) given.push({ name: spec.digits, value: arg.slice(1) });
    else given.push(...readLetters(spellings, arg, next, fail));
  }
  return {
    has: (...names) => given.some(({ name }) => name !== undefined && names.includes(name)),
    value: (wanted) => given.findLast(({ name }) => name === wanted)?.value,
    values: (wanted) => given.filter(({ name }) => name === wanted).map(({ value }) => value ?? ''),
    // The name came out of `names`; the compiler cannot follow it through the search.
    last: <Some extends Name>(...names: readonly Some[]) =>
      given.findLast(({ name }) => (names as readonly (Name | undefined)[]).includes(name))?.name as Some | undefined,
    operands,
  };
}

type Fail = (message: string) => never;
type Spellings<Name> = ReadonlyMap<string, Spelling<Name>>;

/** By spelling. `=` at its end says that it takes a value, `[=]` that it may have one attached. */
function readTable<Name extends string>({ options, ignored = '' }: OptionSpec<Name>): Spellings<Name> {
  const spellings = new Map<string, Spelling<Name>>();
  const add = (name: Name | undefined, text: string): void => {
    for (const word of text.split(' ')) {
      const takes = word.endsWith('[=]') ? 'maybe' : word.endsWith('=') ? 'value' : 'nothing';
      spellings.set(word.replace(/(\[=\]|=)$/, ''), { name, takes });
    }
  };
  add(undefined, ignored);
  for (const name of Object.keys(options) as Name[]) add(name, options[name]);
  return spellings;
}

/** `--name`, `--name=value`, `--name value`. */
function readLong<Name>(
  spellings: Spellings<Name>,
  arg: string,
  next: () => string | undefined,
  fail: Fail,
): Given<Name> {
  const at = arg.indexOf('=');
  const typed = at === -1 ? arg : arg.slice(0, at);
  const attached = at === -1 ? undefined : arg.slice(at + 1);
  const { word, spelling } = findLong(spellings, typed, arg, fail);
  if (spelling.takes === 'nothing' && attached !== undefined) fail(`option '${word}' doesn't allow an argument`);
  const value =
    spelling.takes === 'value' ? (attached ?? next() ?? fail(`option '${word}' requires an argument`)) : attached;
  return { name: spelling.name, value };
}

/** The spelling itself or an unambiguous beginning of it, as with getopt_long(3). */
function findLong<Name>(
  spellings: Spellings<Name>,
  typed: string,
  arg: string,
  fail: Fail,
): { word: string; spelling: Spelling<Name> } {
  const exact = spellings.get(typed);
  if (exact !== undefined) return { word: typed, spelling: exact };
  const matching = [...spellings].filter(([word]) => word.startsWith(typed));
  const first = matching[0];
  if (first === undefined) return fail(`unrecognized option '${arg}'`);
  // Several spellings of one option are no ambiguity.
  if (matching.some(([, { name }]) => name !== first[1].name))
    fail(`option '${arg}' is ambiguous; possibilities: ${matching.map(([word]) => `'${word}'`).join(' ')}`);
  return { word: first[0], spelling: first[1] };
}

/** `-abc`, `-n5`, `-n 5`. */
function readLetters<Name>(
  spellings: Spellings<Name>,
  arg: string,
  next: () => string | undefined,
  fail: Fail,
): Given<Name>[] {
  const given: Given<Name>[] = [];
  for (let i = 1; i < arg.length; i++) {
    const letter = arg[i] ?? '';
    const { name, takes } = spellings.get(`-${letter}`) ?? fail(`invalid option -- '${letter}'`);
    if (takes === 'nothing') {
      given.push({ name, value: undefined });
      continue;
    }
    // The rest of the word, or the next argument (XBD 12.2,
    // guideline 6); one that may be attached never is the next.
    const attached = arg.slice(i + 1);
    const value =
      attached !== ''
        ? attached
        : takes === 'maybe'
          ? undefined
          : (next() ?? fail(`option requires an argument -- '${letter}'`));
    given.push({ name, value });
    break;
  }
  return given;
}
