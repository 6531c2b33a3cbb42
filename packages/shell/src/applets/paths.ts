import { errorText } from '../io/errno.ts';
import { baseName, dirName, isLink, normalize, statPath } from '../io/files.ts';
import type { Applet, AppletContext } from './applet.ts';
import { parseOptions } from './options.ts';
import { relativePath } from './relative-path.ts';

export const basename: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'as:z', long: { multiple: 'a', 'suffix=': 's', zero: 'z' }, stopAtOperand: true });
  const [first, second, ...rest] = options.operands;
  if (first === undefined) return context.fail('missing operand');
  const many = options.has('a') || options.has('s');
  if (!many && rest.length > 0) return context.fail(`extra operand ‘${rest[0]}’`);
  const suffix = many ? (options.value('s') ?? '') : (second ?? '');
  for (const operand of many ? options.operands : [first]) {
    const name = baseName(operand);
    context.out.write((suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name) + (options.has('z') ? '\0' : '\n'));
  }
  return 0;
};

export const dirname: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'z', long: { zero: 'z' } });
  if (options.operands.length === 0) return context.fail('missing operand');
  for (const operand of options.operands) context.out.write(dirName(operand) + (options.has('z') ? '\0' : '\n'));
  return 0;
};

/** `mustExist`: every component, all but the last, or none. */
function canonical(context: AppletContext, operand: string, mustExist: 'all' | 'parent' | 'none'): string | number {
  const { fs } = context.sys;
  if (operand === '') return -2;
  const path = context.sys.absolute(operand);
  const whole = fs.realpath(path);
  if (typeof whole === 'string' || mustExist === 'all') return whole;
  const parent = fs.realpath(dirName(path));
  const link = statPath(fs, path, false);
  // A dangling link leads to where it points.
  if (typeof link !== 'number' && isLink(link)) {
    const target = fs.readlink(link.ino);
    if (typeof target === 'string') return canonical(context, target.startsWith('/') ? target : `${dirName(path)}/${target}`, mustExist);
  }
  if (typeof parent === 'string') return normalize(`${parent}/${baseName(path)}`);
  if (mustExist === 'parent') return parent;
  const above = canonical(context, dirName(path), 'none');
  return typeof above === 'string' ? normalize(`${above}/${baseName(path)}`) : normalize(path);
}

export const realpath: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'emsqzLP', long: { 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', 'no-symlinks': 's', strip: 's', quiet: 'q', zero: 'z', 'relative-to=': 'r', 'relative-base=': 'b' } });
  if (options.operands.length === 0) return context.fail('missing operand');
  let status = 0;
  for (const operand of options.operands) {
    const result = options.has('s') ? normalize(context.sys.absolute(operand)) : canonical(context, operand, options.has('e') ? 'all' : options.has('m') ? 'none' : 'parent');
    if (typeof result === 'number') {
      status = options.has('q') ? 1 : context.fail(`${operand}: ${errorText(result)}`);
      continue;
    }
    const relative = options.value('r');
    const base = relative === undefined ? undefined : canonical(context, relative, 'none');
    context.out.write((typeof base === 'string' ? relativePath(base, result) : result) + (options.has('z') ? '\0' : '\n'));
  }
  return status;
};

export const readlink: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'femnqsvz', long: { canonicalize: 'f', 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', 'no-newline': 'n', verbose: 'v', quiet: 'q', silent: 's', zero: 'z' } });
  if (options.operands.length === 0) return context.fail('missing operand');
  const { fs } = context.sys;
  let status = 0;
  const end = options.has('n') && options.operands.length === 1 ? '' : options.has('z') ? '\0' : '\n';
  for (const operand of options.operands) {
    let result: string | number;
    if (options.has('f') || options.has('e') || options.has('m')) result = canonical(context, operand, options.has('e') ? 'all' : options.has('m') ? 'none' : 'parent');
    else {
      const ino = fs.lookup(context.sys.absolute(operand), false);
      result = ino < 0 ? ino : fs.readlink(ino);
    }
    if (typeof result === 'string') context.out.write(result + end);
    else status = options.has('v') ? context.fail(`${operand}: ${errorText(result)}`) : 1;
  }
  return status;
};

export const pwd: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'LP', long: { logical: 'L', physical: 'P' } });
  const { fs } = context.sys;
  const cwd = context.sys.cwd();
  const named = context.env['PWD'];
  const logical = options.last('LP') === 'L' && named?.startsWith('/') === true && fs.lookup(named, true) === fs.lookup(cwd, true);
  context.out.line(logical && named !== undefined ? named : cwd);
  return 0;
};

