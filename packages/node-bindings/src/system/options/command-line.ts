/** From a start message to options. Reference: InitializeNodeWithArgsInternal, src/node.cc. */
import type { NodeData } from '@slipway/node-lib';
import type { StartMessage } from '@slipway/kernel';
import type { CommandLine } from '../../boot/command-line.ts';
import { splitNodeOptions } from './node-options-variable.ts';
import { checkOptions } from './option-rules.ts';
import { OptionValues } from './option-values.ts';
import { parseOptions } from './parse-options.ts';

export interface ParsedCommandLine extends CommandLine {
  readonly values: OptionValues;
}

/** `errors` begin with the program's name, as Node prints them; the exit status is then 9. */
export function parseCommandLine(data: NodeData, start: Pick<StartMessage, 'argv' | 'env' | 'thread'>): ParsedCommandLine {
  const { thread } = start;
  const environment = thread?.env ?? start.env;
  const program = start.argv[0] ?? 'node';
  const values = new OptionValues(data);

  // NODE_OPTIONS first, so that the command line has the last word.
  const variable = splitNodeOptions(environment['NODE_OPTIONS'] ?? '');
  const fromVariable = parseOptions(data, values, { args: [program, ...variable.args], fromEnvironment: true });
  const variableErrors = [...variable.errors, ...(variable.errors.length > 0 ? [] : fromVariable.errors)];
  if (variableErrors.length > 0) return { argv: [...start.argv], execArgv: [], errors: named(program, variableErrors), values };

  // A thread gets its options from its parent and its arguments by message.
  const args = thread ? [program, ...thread.execArgv] : start.argv;
  const parsed = parseOptions(data, values, { args, fromEnvironment: false });
  const errors = parsed.errors.length > 0 ? parsed.errors : checkOptions(values);
  return {
    argv: parsed.args,
    execArgv: thread ? thread.execArgv : parsed.execArgv,
    errors: named(program, errors),
    values,
  };
}

function named(program: string, errors: readonly string[]): string[] {
  return errors.map((error) => `${program}: ${error}`);
}
