import { strerror } from '@slipway/posix';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  ignoreEnvironment: '-i --ignore-environment',
  unset: '-u= --unset=',
  chdir: '-C= --chdir=',
  null: '-0 --null',
} as const;

/**
 * XCU env. Runs the command in place of itself where it may (`replace`), so that `#!/usr/bin/env`
 * leaves no process behind. 125 for its own mistakes, 126 and 127 for the command's.
 */
export const env: Applet = (context, args) => {
  // `env -S "cmd arg"` of `#!` lines.
  const split = args.flatMap((arg, index) =>
    args[index - 1] === '-S'
      ? arg.trim().split(/\s+/)
      : arg === '-S'
        ? []
        : arg.startsWith('-S')
          ? arg.slice(2).trim().split(/\s+/)
          : [arg],
  );
  const options = parseOptions(split, { options: OPTIONS, ignored: '-v', status: 125, stopAtOperand: true });
  // A single `-` is `-i` of old.
  const result: Record<string, string> =
    options.has('ignoreEnvironment') || options.operands[0] === '-' ? {} : { ...context.env };
  for (const name of options.values('unset')) delete result[name];
  const operands = options.operands[0] === '-' ? options.operands.slice(1) : [...options.operands];
  let i = 0;
  for (; i < operands.length && /^[^=]+=/.test(operands[i] ?? ''); i++) {
    const operand = operands[i] ?? '';
    const at = operand.indexOf('=');
    result[operand.slice(0, at)] = operand.slice(at + 1);
  }
  const command = operands.slice(i);
  if (command.length === 0) {
    for (const [name, value] of Object.entries(result))
      context.out.write(`${name}=${value}${options.has('null') ? '\0' : '\n'}`);
    return 0;
  }
  const directory = options.value('chdir');
  const errno = directory === undefined ? 0 : context.sys.chdir(context.sys.absolute(directory));
  if (errno < 0) return context.fail(`cannot change directory to '${directory}': ${strerror(errno)}`, 125);
  return context.replace(command, result);
};
