import type { Applet } from './applet.ts';
import { parseOptions } from './options.ts';
import { DEFAULT_PATH, findAll } from '../run/program-search.ts';

export const env: Applet = (context, args) => {
  // `env -S "cmd arg"` of `#!` lines.
  const split = args.flatMap((arg, index) => (args[index - 1] === '-S' ? arg.trim().split(/\s+/) : arg === '-S' ? [] : arg.startsWith('-S') ? arg.slice(2).trim().split(/\s+/) : [arg]));
  const options = parseOptions(split, { short: 'iu:C:0v', stopAtOperand: true, status: 125, long: { 'ignore-environment': 'i', 'unset=': 'u', 'chdir=': 'C', null: '0' } });
  const result: Record<string, string> = options.has('i') || options.operands[0] === '-' ? {} : { ...context.env };
  for (const name of options.values('u')) delete result[name];
  const operands = options.operands[0] === '-' ? options.operands.slice(1) : [...options.operands];
  let i = 0;
  for (; i < operands.length && /^[^=]+=/.test(operands[i] ?? ''); i++) {
    const operand = operands[i] ?? '';
    const at = operand.indexOf('=');
    result[operand.slice(0, at)] = operand.slice(at + 1);
  }
  const command = operands.slice(i);
  if (command.length === 0) {
    for (const [name, value] of Object.entries(result)) context.out.write(`${name}=${value}${options.has('0') ? '\0' : '\n'}`);
    return 0;
  }
  const directory = options.value('C');
  if (directory !== undefined && context.sys.chdir(context.sys.absolute(directory)) < 0) return context.fail(`cannot change directory to '${directory}'`, 125);
  return context.replace(command, result);
};

export const printenv: Applet = (context, args) => {
  const options = parseOptions(args, { short: '0', long: { null: '0' }, status: 2 });
  const end = options.has('0') ? '\0' : '\n';
  if (options.operands.length === 0) for (const [name, value] of Object.entries(context.env)) context.out.write(`${name}=${value}${end}`);
  let status = 0;
  for (const name of options.operands) {
    const value = context.env[name];
    if (value === undefined) status = 1;
    else context.out.write(value + end);
  }
  return status;
};

export const which: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'as' });
  let status = options.operands.length === 0 ? 1 : 0;
  for (const name of options.operands) {
    const found = findAll(context.sys.fs, (path) => context.sys.absolute(path), name, context.env['PATH'] ?? DEFAULT_PATH);
    if (found.length === 0) status = 1;
    if (!options.has('s')) for (const path of options.has('a') ? found : found.slice(0, 1)) context.out.line(path);
  }
  return status;
};
