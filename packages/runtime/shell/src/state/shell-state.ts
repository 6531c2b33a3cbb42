import type { Command } from '../syntax/ast.ts';
import { JobTable } from './jobs.ts';
import type { OptionName } from './options.ts';
import { Variables, type VariableJson } from './variables.ts';

/** Everything a subshell gets a copy of. */
export interface ShellState {
  variables: Variables;
  functions: Map<string, Command>;
  aliases: Map<string, string>;
  options: Set<OptionName>;
  arg0: string;
  parameters: readonly string[];
  /** `$?` */
  status: number;
  /** `$!` */
  lastBackground: number | undefined;
  /** Actions by condition (`EXIT`, `INT`); an empty action ignores the signal. */
  traps: Map<string, string>;
  jobs: JobTable;
  /** `$$`: that of the main shell also in subshells. */
  readonly shellPid: number;
  functionDepth: number;
  loopDepth: number;
  line: number;
  /** Where `getopts` is: the operand, and the letter in it. */
  getopts: { readonly index: number; readonly offset: number };
}

/** A subshell: a copy of everything; caught signals fall back, jobs are not its own. */
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

const ignoredTraps = (traps: ReadonlyMap<string, string>): Map<string, string> => new Map([...traps].filter(([, action]) => action === ''));

export function createState(variables: Variables, shellPid: number): ShellState {
  return {
    variables, functions: new Map(), aliases: new Map(), options: new Set(), arg0: 'sh', parameters: [], status: 0, lastBackground: undefined,
    traps: new Map(), jobs: new JobTable(), shellPid, functionDepth: 0, loopDepth: 0, line: 1, getopts: { index: 1, offset: 1 },
  };
}

/** What a subshell in a worker of its own is told, as its second argument. */
export interface SubshellMessage {
  readonly variables: readonly VariableJson[];
  readonly functions: readonly (readonly [string, Command])[];
  readonly aliases: readonly (readonly [string, string])[];
  readonly options: readonly OptionName[];
  readonly arg0: string;
  readonly parameters: readonly string[];
  readonly status: number;
  readonly lastBackground: number | null;
  readonly ignored: readonly string[];
  readonly shellPid: number;
  readonly inFunction: boolean;
  readonly line: number;
  readonly body: Command;
}

export function encodeSubshell(state: ShellState, body: Command): string {
  const message: SubshellMessage = {
    variables: state.variables.toJson(),
    functions: [...state.functions],
    aliases: [...state.aliases],
    options: [...state.options].filter((name) => name !== 'interactive' && name !== 'monitor' && name !== 'stdin'),
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

export function decodeSubshell(text: string, env: Readonly<Record<string, string>>): { state: ShellState; body: Command } {
  // Written by `encodeSubshell` of the same build.
  const message = JSON.parse(text) as SubshellMessage;
  const state: ShellState = {
    variables: Variables.fromJson(message.variables, env),
    functions: new Map(message.functions),
    aliases: new Map(message.aliases),
    options: new Set(message.options),
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
