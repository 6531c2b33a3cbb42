/** Where `-q` is an answer by exit code, not the lack of one. */
const QUIET_MEANS_MORE = new Set(['diff', 'grep', 'rev-parse', 'ls-files', 'show']);
/** Options whose next word is their value, whatever it looks like. */
const TAKES_VALUE = /^(?:-[A-Za-z]*[mFCcbBou]|--(?:message|file|author|date|branch|depth|origin|format|pretty))$/;
/** `-q` among other letters: `-qm`, `-aq`. Not `-m` and what follows it without a space. */
const BUNDLE = /^-[a-zA-Z]+$/;

/**
 * A command line without `-q` and `--quiet`, and whether it had one: the library's commands are never quiet, and few
 * know the option.
 */
export function takeQuiet(
  command: string,
  args: readonly string[],
): { readonly rest: string[]; readonly quiet: boolean } {
  if (QUIET_MEANS_MORE.has(command)) return { rest: [...args], quiet: false };
  const rest: string[] = [];
  let quiet = false;
  for (const [at, arg] of args.entries()) {
    if (arg === '--') return { rest: [...rest, ...args.slice(at)], quiet };
    const isValue = TAKES_VALUE.test(args[at - 1] ?? '');
    const isQuiet = !isValue && (arg === '--quiet' || (BUNDLE.test(arg) && arg.includes('q')));
    quiet ||= isQuiet;
    const kept = isQuiet ? arg.replace('--quiet', '').replaceAll('q', '') : arg;
    if (!isQuiet || kept.length > 1) rest.push(kept);
  }
  return { rest, quiet };
}
