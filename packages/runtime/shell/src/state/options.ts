/**
 * Options of `set`, by their long names; the letters are
 * those of dash, in the order in which `$-` has them.
 */
export const optionLetters = {
  e: 'errexit',
  f: 'noglob',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
  a: 'allexport',
  C: 'noclobber',
  b: 'notify',
  m: 'monitor',
  i: 'interactive',
  s: 'stdin',
  I: 'ignoreeof',
} as const;

/** `pipefail` has no letter: it came from ksh and only POSIX of 2024 has it. */
export type OptionName = (typeof optionLetters)[keyof typeof optionLetters] | 'pipefail';

/** All options in the order in which dash's `set -o` lists them. */
export const optionNames: readonly OptionName[] = [
  'errexit',
  'noglob',
  'ignoreeof',
  'interactive',
  'monitor',
  'noexec',
  'stdin',
  'xtrace',
  'verbose',
  'noclobber',
  'allexport',
  'notify',
  'nounset',
  'pipefail',
];

/** For text from a script, `set -o NAME`. */
export const isOptionName = (name: string): name is OptionName => (optionNames as readonly string[]).includes(name);

/** For a letter from a script, `set -e`; `undefined` for one that no option has. */
export const optionOfLetter = (letter: string): OptionName | undefined =>
  (optionLetters as Readonly<Record<string, OptionName>>)[letter];

/** `$-` (XCU 2.5.2): the letters of what is on. */
export function optionFlags(options: ReadonlySet<OptionName>): string {
  return Object.entries(optionLetters)
    .filter(([, name]) => options.has(name))
    .map(([letter]) => letter)
    .join('');
}
