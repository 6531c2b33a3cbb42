/**
 * Node's option parser. Reference: OptionsParser<>::Parse, src/node_options-inl.h;
 * the numbers in the margin follow it.
 */
import type { NodeData, OptionInfo } from '@slipway/node-lib';
import { IMPLICATIONS, SAME_FIELD } from './option-rules.ts';
import { OptionValues } from './option-values.ts';

/** Where the words come from decides what is allowed: a command line, NODE_OPTIONS, a thread's execArgv. */
export interface ParseRequest {
  /** argv[0], then options and the rest. */
  readonly args: readonly string[];
  /** True for NODE_OPTIONS: only what may stand there. */
  readonly fromEnvironment: boolean;
  /** Only what a worker_threads thread may have; the rest is given back in `foreign`. */
  readonly forThread?: boolean;
}

/** What parsing came to; the options themselves are in the `values` that were passed. */
export interface ParseResult {
  /** For a thread: options of the whole process, V8's flags and unknown ones. */
  readonly foreign: readonly string[];
  /** What is left: argv[0] and everything from the first non-option on. */
  readonly args: readonly string[];
  /** Options as the user gave them, their arguments included. */
  readonly execArgv: readonly string[];
  readonly errors: readonly string[];
}

/** Parses into `values`, which may hold what an earlier source has set. */
export function parseOptions(data: NodeData, values: OptionValues, request: ParseRequest): ParseResult {
  const options = new Map(data.options.info);
  const aliases = new Map(data.options.aliases);
  const types = data.options.types;
  const allowed = data.options.envSettings['kAllowedInEnvvar'];
  const rest = request.args.slice(1);
  /** Arguments that come from the expansion of an alias. */
  const synthetic: string[] = [];
  const execArgv: string[] = [];
  const v8Args: string[] = [];
  const errors: string[] = [];

  // What an alias stands for is read before the rest of the line.
  const first = (): string | undefined => synthetic[0] ?? rest[0];
  // Only words that were really written go to execArgv.
  const popFirst = (): string => {
    if (synthetic.length > 0) return synthetic.shift()!;
    const argument = rest.shift()!;
    execArgv.push(argument);
    return argument;
  };
  const imply = (name: string): void => {
    for (const target of IMPLICATIONS[name] ?? []) {
      const clear = target.startsWith('!');
      values.setBoolean(clear ? target.slice(1) : target, !clear);
    }
  };

  while (errors.length === 0) {
    const next = first();
    // `-` alone is stdin, a program to run and no option.
    if (next === undefined || next.length <= 1 || next[0] !== '-') break;
    const argument = popFirst();

    // "--" ends the options.
    if (argument === '--') {
      // `--` itself is not handed on: process.execArgv has none.
      execArgv.pop();
      if (request.fromEnvironment) errors.push('-- is not allowed in NODE_OPTIONS');
      break;
    }

    // --foo=bar only with two dashes.
    const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
    let name = equals === -1 ? argument : argument.slice(0, equals);
    const originalName = equals === -1 ? name : `${name}=`;
    // `_` for `-` in the name, not in the value; the first two characters may be the dashes.
    name = name.slice(0, 2) + name.slice(2).replaceAll('_', '-');
    const negated = name.startsWith('--no-');
    if (negated) name = `--${name.slice('--no-'.length)}`;

    // Aliases: the name itself, with "=", or with an argument behind it.
    for (;;) {
      const follower = first();
      const expansion =
        aliases.get(name) ??
        (equals === -1 ? undefined : aliases.get(`${name}=`)) ??
        (follower !== undefined && follower !== '' && follower[0] !== '-' ? aliases.get(`${name} <arg>`) : undefined);
      if (expansion === undefined) break;
      const previous = name;
      // An expansion may begin with the name it expands (`--prof-process` -> `--prof-process --`): once is enough.
      name = expansion[0]!;
      synthetic.unshift(...expansion.slice(1));
      if (name === previous) break;
    }

    // A thread cannot change what belongs to the whole process: such options are as unknown there.
    const info = request.forThread === true && data.options.perProcess.includes(name) ? undefined : options.get(name);
    if (request.fromEnvironment && info?.envVarSettings !== allowed) {
      // The first error ends the parsing: Node reports one.
      errors.push(`${originalName} is not allowed in NODE_OPTIONS`);
      break;
    }
    imply(negated ? `--no-${name.slice(2)}` : name);
    // Perhaps a flag of V8: those are judged when everything is read.
    if (info === undefined) {
      v8Args.push(argument);
      continue;
    }

    const { type } = info;
    if (negated && type !== types['kBoolean'] && type !== types['kV8Option']) {
      errors.push(`${argument} is an invalid negation because it is not a boolean option`);
      break;
    }
    const takesValue = type !== types['kBoolean'] && type !== types['kNoOp'] && type !== types['kV8Option'];
    let value = '';
    if (takesValue) {
      const given = equals === -1 ? separateValue(first, popFirst) : argument.slice(equals + 1);
      // `--x=` has an empty argument, which counts as none; a separate "" does not.
      if (given === undefined || (equals !== -1 && given === '')) {
        errors.push(`${originalName} requires an argument`);
        break;
      }
      value = given;
    }
    if (type === types['kV8Option']) v8Args.push(argument);
    else store(values, types, name, info, negated, value, errors);
  }

  // Node asks V8 by SetFlagsFromCommandLine, which leaves in argv what it does not know.
  for (const argument of v8Args) {
    if (request.forThread !== true && !isV8Flag(data, argument)) errors.push(`bad option: ${argument}`);
  }
  return {
    args: [request.args[0] ?? 'node', ...rest],
    execArgv,
    errors,
    foreign: request.forThread === true ? v8Args : [],
  };
}

/** The argument after an option: `undefined` where it is missing or looks like an option. */
function separateValue(first: () => string | undefined, popFirst: () => string): string | undefined {
  if (first() === undefined) return undefined;
  const value = popFirst();
  if (value.startsWith('-')) return undefined;
  // A backslash keeps a value that begins with a dash from being an option: "\-x" gives "-x".
  return value.length > 2 && value.startsWith('\\-') ? value.slice(1) : value;
}

function store(
  values: OptionValues,
  types: Readonly<Record<string, number>>,
  name: string,
  info: OptionInfo,
  negated: boolean,
  value: string,
  errors: string[],
): void {
  switch (info.type) {
    case types['kBoolean']:
      values.setBoolean(name, !negated);
      for (const pair of SAME_FIELD)
        if (pair.includes(name)) for (const other of pair) values.setBoolean(other, !negated);
      break;
    case types['kInteger']:
    case types['kUInteger']:
      values.set(name, leadingInteger(value));
      break;
    case types['kString']:
      values.set(name, value);
      break;
    case types['kStringList']:
      values.append(name, value);
      break;
    case types['kHostPort']:
      values.setHostPort(name, value, errors);
      break;
    default:
      // kNoOp: accepted for the sake of old command lines.
      break;
  }
}

/** strtoll(3): what a text begins with, 0 where that is no number. */
function leadingInteger(text: string): number {
  const digits = /^\s*[+-]?\d+/.exec(text);
  return digits ? Number(digits[0]) : 0;
}

/** V8 takes one or two dashes, `_` for `-`, and `no` with or without a dash. */
function isV8Flag(data: NodeData, argument: string): boolean {
  const equals = argument.indexOf('=');
  const name = (equals === -1 ? argument : argument.slice(0, equals)).replace(/^--?/, '').replaceAll('_', '-');
  const { boolean, valued } = data.options.v8Flags;
  if (equals === -1) return [name, name.replace(/^no-?/, '')].some((candidate) => boolean.includes(candidate));
  return valued.includes(name) && argument.length > equals + 1;
}
