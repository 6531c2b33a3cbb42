/**
 * Whether a script is the program's own: a file outside of `node_modules`. Such a
 * script is compiled so that a debugger finds every line where it stands, which
 * costs a second look at its text; what was installed is compiled the quickest way.
 */
export function isOwnFile(file: string): boolean {
  return (
    (file.startsWith('/') || file.startsWith('file:')) && !file.includes('/node_modules/') && !file.startsWith(LIB)
  );
}

const LIB = '/usr/';
