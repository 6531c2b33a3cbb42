import { errorText } from '../io/errno.ts';
import { dirName } from '../io/files.ts';
import type { Applet } from './applet.ts';
import { parseMode } from './mode.ts';
import { parseOptions } from './options.ts';

export const mkdir: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'pm:v', long: { parents: 'p', 'mode=': 'm', verbose: 'v' } });
  const { sys } = context;
  if (options.operands.length === 0) return context.fail('missing operand');
  const text = options.value('m');
  const mode = text === undefined ? 0o777 & ~sys.umask() : parseMode(text, 0o777, true, sys.umask());
  if (mode === undefined) return context.fail(`invalid mode '${text}'`);
  let status = 0;
  for (const operand of options.operands) {
    const path = sys.absolute(operand);
    const result = options.has('p') ? sys.fs.mkdirAll(path, 0o777 & ~sys.umask()) : { errno: operand === '' ? -2 : sys.fs.mkdir(path, mode), created: path };
    if (result.errno < 0) {
      status = context.fail(`cannot create directory ‘${operand}’: ${errorText(result.errno)}`);
      continue;
    }
    if (text !== undefined && result.created !== undefined) sys.fs.chmod(sys.fs.lookup(path, true), mode);
    if (options.has('v') && result.created !== undefined) for (const made of createdNames(operand, path, result.created)) context.out.line(`${context.name}: created directory '${made}'`);
  }
  return status;
};

/** The parts of `operand` from the first folder that was made. */
function createdNames(operand: string, path: string, first: string): string[] {
  const names: string[] = [];
  let name = operand.replace(/(.)\/+$/, '$1');
  for (let whole = path.replace(/(.)\/+$/, '$1'); whole.length >= first.length && name !== '.' && name !== '/'; whole = dirName(whole), name = dirName(name)) names.unshift(name);
  return names;
}

export const rmdir: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'pv', long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'i' } });
  if (options.operands.length === 0) return context.fail('missing operand');
  let status = 0;
  for (const operand of options.operands) {
    let directory = operand;
    for (;;) {
      const errno = context.sys.fs.rmdir(context.sys.absolute(directory).replace(/(.)\/+$/, '$1'));
      if (errno < 0) {
        if (!(errno === -39 && options.has('i'))) status = context.fail(`failed to remove '${directory}': ${errorText(errno)}`);
        break;
      }
      if (options.has('v')) context.out.line(`${context.name}: removing directory, '${directory}'`);
      directory = dirName(directory);
      if (!options.has('p') || directory === '.' || directory === '/') break;
    }
  }
  return status;
};
