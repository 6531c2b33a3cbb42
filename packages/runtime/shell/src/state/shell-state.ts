import type { Command } from '../syntax/ast.ts';
import { JobTable } from './jobs.ts';
import type { OptionName } from './options.ts';
import { noLimits, type ShellLimits } from './shell-limits.ts';
import { Variables, type VariableJson } from './variables.ts';

/**
 * Everything a subshell gets a copy of (XCU 2.12). Directory, umask
 * and descriptors belong to the process and are put back by hand.
 */
export interface ShellState {
  variables: Variables;
  /** Bodies as trees: a function may be handed to another worker as JSON. */
  functions: Map<string, Command>;
  aliases: Map<string, string>;
  options: Set<OptionName>;
  readonly limits: ShellLimits;
  arg0: string;
  /** `$1` and on. */
  parameters: readonly string[];
  /** `$?` */
  status: number;
  /** `$!` */
  lastBackground: number | undefined;
  /** Actions by condition without SIG (`EXIT`, `INT`); an empty action ignores the signal. */
  traps: Map<string, string>;
  jobs: JobTable;
  /** `$$`: that of the main shell also in subshells. */
  readonly shellPid: number;
  /** Calls in progress; there is a limit, and `return` and `local` ask whether it is above zero. */
  functionDepth: number;
  /** Loops around the command in this function: `break` outside one does nothing. */
  loopDepth: number;
  /** Line of the command that runs, for messages and `$LINENO`; from 1. */
  line: number;
  /** Where `getopts` is: the operand, and the letter in it. */
  getopts: { readonly index: number; readonly offset: number };
}

/**
 * A subshell: a copy of everything. Caught signals fall back to their default while ignored
 * ones stay so (XCU 2.12), jobs are not its own, and its `break` cannot reach a loop outside.
 */
export function cloneState(state: ShellState): ShellState {
  return {
    ...state,
    variables: state.variables.clone(),
    functions: new Map(state.functions),
    aliases: new Map(state.aliases),
    options: new Set(state.options),
    traps: ignoredTraps(state.traps),
    jobs: new JobTable(),
    loopDepth: 0,
  };
}

const ignoredTraps = (traps: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...traps].filter(([, action]) => action === ''));

/** The state of a shell that begins, before its command line and the environment are looked at. */
export function createState(variables: Variables, shellPid: number, limits: ShellLimits = noLimits): ShellState {
  return {
    limits,
    variables,
    functions: new Map(),
    aliases: new Map(),
    options: new Set(),
    arg0: 'sh',
    parameters: [],
    status: 0,
    lastBackground: undefined,
    traps: new Map(),
    jobs: new JobTable(),
    shellPid,
    functionDepth: 0,
    loopDepth: 0,
    line: 1,
    getopts: { index: 1, offset: 1 },
  };
}

/**
 * What a subshell in a worker of its own is told, as JSON in
 * its environment: `null` stands for what JSON cannot say.
 */
export interface SubshellMessage {
  readonly variables: readonly VariableJson[];
  readonly functions: readonly (readonly [string, Command])[];
  readonly aliases: readonly (readonly [string, string])[];
  readonly options: readonly OptionName[];
  readonly limits: ShellLimits;
  readonly arg0: string;
  readonly parameters: readonly string[];
  readonly status: number;
  readonly lastBackground: number | null;
  /** Conditions whose action is empty; others do not survive into a subshell. */
  readonly ignored: readonly string[];
  readonly shellPid: number;
  /** Whether `return` and `local` have a function around them. */
  readonly inFunction: boolean;
  readonly line: number;
  readonly body: Command;
}

/**
 * The text for `SUBSHELL_VARIABLE`. Options of a terminal stay
 * behind: a subshell has no prompt and no jobs to manage.
 */
export function encodeSubshell(state: ShellState, body: Command): string {
  const message: SubshellMessage = {
    variables: state.variables.toJson(),
    functions: [...state.functions],
    aliases: [...state.aliases],
    options: [...state.options].filter((name) => name !== 'interactive' && name !== 'monitor' && name !== 'stdin'),
    limits: state.limits,
    arg0: state.arg0,
    parameters: state.parameters,
    status: state.status,
    lastBackground: state.lastBackground ?? null,
    ignored: [...ignoredTraps(state.traps).keys()],
    shellPid: state.shellPid,
    inFunction: state.functionDepth > 0,
    line: state.line,
    body,
  };
  return JSON.stringify(message);
}

/** What `encodeSubshell` wrote. `env` is the new process's environment without that entry. */
export function decodeSubshell(
  text: string,
  env: Readonly<Record<string, string>>,
): { state: ShellState; body: Command } {
  // Written by `encodeSubshell` of the same build.
  const message = JSON.parse(text) as SubshellMessage;
  const state: ShellState = {
    variables: Variables.fromJson(message.variables, env),
    functions: new Map(message.functions),
    aliases: new Map(message.aliases),
    options: new Set(message.options),
    limits: message.limits,
    arg0: message.arg0,
    parameters: message.parameters,
    status: message.status,
    lastBackground: message.lastBackground ?? undefined,
    traps: new Map(message.ignored.map((name) => [name, ''])),
    jobs: new JobTable(),
    shellPid: message.shellPid,
    functionDepth: message.inFunction ? 1 : 0,
    loopDepth: 0,
    line: message.line,
    getopts: { index: 1, offset: 1 },
  };
  return { state, body: message.body };
}
