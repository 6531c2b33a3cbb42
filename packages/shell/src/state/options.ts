/** Options of `set`, by their long names; the letters are those of dash. */
export const optionLetters = {
  e: 'errexit', f: 'noglob', n: 'noexec', u: 'nounset', v: 'verbose', x: 'xtrace', a: 'allexport', C: 'noclobber', b: 'notify', m: 'monitor', i: 'interactive', s: 'stdin', I: 'ignoreeof',
} as const;

export type OptionName = (typeof optionLetters)[keyof typeof optionLetters] | 'pipefail';

export const optionNames: readonly OptionName[] = [
  'errexit', 'noglob', 'ignoreeof', 'interactive', 'monitor', 'noexec', 'stdin', 'xtrace', 'verbose', 'noclobber', 'allexport', 'notify', 'nounset', 'pipefail',
];

export const isOptionName = (name: string): name is OptionName => (optionNames as readonly string[]).includes(name);

export const optionOfLetter = (letter: string): OptionName | undefined => (optionLetters as Readonly<Record<string, OptionName>>)[letter];

/** `$-` */
export function optionFlags(options: ReadonlySet<OptionName>): string {
  return Object.entries(optionLetters).filter(([, name]) => options.has(name)).map(([letter]) => letter).join('');
}
