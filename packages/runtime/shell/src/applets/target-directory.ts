import { strerror } from '@slipway/posix';
import { baseName, isDirectory, joinPath, statPath } from '../io/files.ts';
import type { AppletContext } from './applet.ts';
import { UsageError } from './options.ts';

/**
 * What cp, mv and ln share: `SOURCE… TARGET`, where TARGET may be a
 * directory, or `-t DIRECTORY SOURCE…`. `noDirectory` (`-T`): TARGET
 * is the name itself, whatever it is. `undefined` after a message.
 */
export function pairTargets(
  context: AppletContext,
  operands: readonly string[],
  directoryOption: string | undefined,
  noDirectory: boolean,
): { from: string; to: string }[] | undefined {
  const refuse = (message: string): undefined => {
    context.fail(message);
    return undefined;
  };
  const first = operands[0];
  if (first === undefined) throw new UsageError('missing file operand');
  const target = directoryOption ?? operands.at(-1) ?? '';
  const sources = directoryOption === undefined ? operands.slice(0, -1) : operands;
  if (sources.length === 0) throw new UsageError(`missing destination file operand after '${first}'`);
  const stat = statPath(context.sys.fs, context.sys.absolute(target));
  const intoDirectory = !noDirectory && typeof stat !== 'number' && isDirectory(stat);
  if (!intoDirectory && (sources.length > 1 || directoryOption !== undefined)) {
    return refuse(`target '${target}': ${typeof stat === 'number' ? strerror(stat) : 'Not a directory'}`);
  }
  return sources.map((from) => ({ from, to: intoDirectory ? joinPath(target, baseName(from)) : target }));
}
