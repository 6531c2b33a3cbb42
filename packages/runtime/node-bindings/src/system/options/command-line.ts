/** From a start message to options. Reference: InitializeNodeWithArgsInternal, src/node.cc. */
import type { NodeData } from '@slipway/node-lib';
import type { StartMessage } from '@slipway/kernel';
import type { CommandLine } from '../../realm/command-line.ts';
import { splitNodeOptions } from './node-options-variable.ts';
import { checkOptions } from './option-rules.ts';
import { OptionValues } from './option-values.ts';
import { parseOptions } from './parse-options.ts';

/** With the values of all options, defaults included. */
export interface ParsedCommandLine extends CommandLine {
  readonly values: OptionValues;
}

/** argv and NODE_OPTIONS together. Reference: InitializeNodeWithArgsInternal, Node src/node.cc. */
export function parseCommandLine(
  data: NodeData,
  start: Pick<StartMessage, 'argv' | 'env' | 'thread'>,
): ParsedCommandLine {
  const { thread } = start;
  // A thread may have been given an environment of its own (`env` of Worker), in which NODE_OPTIONS counts.
  const environment = thread?.env ?? start.env;
  const program = start.argv[0] ?? 'node';
  const values = new OptionValues(data);

  setFromEnvironment(values, environment);
  // NODE_OPTIONS first, so that the command line has the last word.
  const variable = splitNodeOptions(environment['NODE_OPTIONS'] ?? '');
  // With an error nothing of the command line is looked at: Node exits with 9.
  if (variable.errors.length > 0) return { argv: start.argv, execArgv: [], errors: variable.errors, values };
  const fromVariable = parseOptions(data, values, { args: [program, ...variable.args], fromEnvironment: true });
  if (fromVariable.errors.length > 0) return { argv: start.argv, execArgv: [], errors: fromVariable.errors, values };

  // A thread gets its options from its parent and its arguments by message.
  const args = thread ? [program, ...thread.execArgv] : start.argv;
  const parsed = parseOptions(data, values, { args, fromEnvironment: false });
  const errors = parsed.errors.length > 0 ? parsed.errors : checkOptions(values);
  // A thread shows nothing; its parent had those options.
  const show = errors.length === 0 && !thread ? textToShow(data, values) : undefined;
  return {
    argv: parsed.args,
    execArgv: thread ? thread.execArgv : parsed.execArgv,
    errors,
    values,
    ...(show === undefined ? {} : { show }),
  };
}

/** HandleEnvOptions, src/node_options.cc: variables that stand for one option each. */
function setFromEnvironment(values: OptionValues, environment: Readonly<Record<string, string>>): void {
  const switches = {
    '--pending-deprecation': 'NODE_PENDING_DEPRECATION',
    '--preserve-symlinks': 'NODE_PRESERVE_SYMLINKS',
    '--preserve-symlinks-main': 'NODE_PRESERVE_SYMLINKS_MAIN',
  };
  for (const [option, variable] of Object.entries(switches))
    // Only '1' counts; 'true' does not.
    if (environment[variable] === '1') values.set(option, true);
  const warnings = environment['NODE_REDIRECT_WARNINGS'];
  if (warnings !== undefined) values.set('--redirect-warnings', warnings);
}

/**
 * What is wrong with the `execArgv` or the NODE_OPTIONS that a program gives a
 * new thread; empty where nothing is. Reference: Worker::New, src/node_worker.cc.
 */
export function invalidThreadOptions(data: NodeData, execArgv: readonly string[]): readonly string[] {
  const values = new OptionValues(data);
  const parsed = parseOptions(data, values, { args: ['node', ...execArgv], fromEnvironment: false, forThread: true });
  const errors = parsed.errors.length > 0 ? parsed.errors : checkOptions(values);
  return errors.length > 0 ? errors : parsed.foreign;
}

/** What is wrong with the NODE_OPTIONS that a Worker was given; empty when nothing. */
export function invalidThreadVariable(data: NodeData, nodeOptions: string): readonly string[] {
  const { args, errors } = splitNodeOptions(nodeOptions);
  if (errors.length > 0) return errors;
  const values = new OptionValues(data);
  const parsed = parseOptions(data, values, { args: ['node', ...args], fromEnvironment: true, forThread: true });
  return parsed.errors.length > 0 ? parsed.errors : checkOptions(values);
}

/** What `node` prints by itself, without running lib. */
function textToShow(data: NodeData, values: OptionValues): string | undefined {
  if (values.boolean('--version')) return `${data.process.version}\n`;
  if (values.boolean('--v8-options')) {
    // Names alone: the browser's V8 has others, and tells nobody its defaults.
    const { boolean, valued } = data.options.v8Flags;
    return [...boolean.map((name) => `  --${name}\n`), ...valued.map((name) => `  --${name}=value\n`)].join('');
  }
  return undefined;
}
