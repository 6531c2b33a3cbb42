import { strerror } from '@slipway/posix';
import { dirName } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseMode } from '../mode.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  parents: '-p --parents',
  mode: '-m= --mode=',
  verbose: '-v --verbose',
} as const;

/** XCU mkdir. With `-p` the mode is for the last directory; those above it are made by the umask. */
export const mkdir: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const { sys } = context;
  if (options.operands.length === 0) throw new UsageError('missing operand');
  const text = options.value('mode');
  const mode = text === undefined ? 0o777 & ~sys.umask() : parseMode(text, 0o777, true, sys.umask());
  if (mode === undefined) return context.fail(`invalid mode ‘${text}’`);
  let status = 0;
  for (const operand of options.operands) {
    const path = sys.absolute(operand);
    const result =
      // `""` is refused like a path that is not there.
      options.has('parents') && operand !== ''
        ? sys.fs.mkdirAll(path, 0o777 & ~sys.umask())
        : { errno: sys.fs.mkdir(path, mode), created: path };
    if (result.errno < 0) {
      status = context.fail(`cannot create directory ‘${operand}’: ${strerror(result.errno)}`);
      continue;
    }
    // After the umask has had its say: `-m` is exact.
    if (text !== undefined && result.created !== undefined) sys.fs.chmod(sys.fs.lookup(path, true), mode);
    if (options.has('verbose') && result.created !== undefined)
      for (const made of createdNames(operand, path, result.created))
        context.out.line(`${context.name}: created directory '${made}'`);
  }
  return status;
};

/** The parts of `operand` from the first folder that was made. */
function createdNames(operand: string, path: string, first: string): string[] {
  const names: string[] = [];
  let name = operand.replace(/(.)\/+$/, '$1');
  for (
    let whole = path.replace(/(.)\/+$/, '$1');
    whole.length >= first.length && name !== '.' && name !== '/';
    whole = dirName(whole), name = dirName(name)
  )
    names.unshift(name);
  return names;
}
