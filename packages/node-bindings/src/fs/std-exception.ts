import { codedError } from '../core/coded-error.ts';

const CODES: Readonly<Record<number, string>> = { [-1]: 'EPERM', [-13]: 'EACCES', [-17]: 'EEXIST', [-20]: 'ENOTDIR', [-39]: 'ENOTEMPTY' };
const WORDS: Readonly<Record<number, string>> = {
  [-1]: 'Operation not permitted', [-13]: 'Permission denied', [-17]: 'File exists', [-20]: 'Not a directory', [-39]: 'Directory not empty',
};

/**
 * ErrnoException of src/api/exceptions.cc, for what Node does by std::filesystem:
 * the words of strerror(3) instead of libuv's, and a positive errno. `undefined`
 * for a number it has no words for here.
 */
export function stdException(errno: number, syscall: string, path: string, about = ''): Error | undefined {
  const code = CODES[errno];
  if (code === undefined) return undefined;
  return Object.assign(codedError(Error, code, `${code}, ${WORDS[errno]}${about} '${path}'`), { errno: -errno, syscall, path });
}
