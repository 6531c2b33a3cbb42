/**
 * Whether a script that run.mjs starts opens a browser. Of the `slipway` command only two verbs do: all others,
 * `doctor` first, are there also where none can be had.
 *
 * @param {string} script
 * @param {readonly string[]} args
 */
export function needsBrowser(script, [verb, ...words]) {
  if (script !== 'apps/cli/src/main.ts') return true;
  return verb === 'container' || (verb === 'verify' && words.includes('--rebuild'));
}
