/** The two places where boot calls rooms that are not bindings. */
export { installLanguageHooks } from '../modules/index.ts';
export { readCommandLine } from '../system/index.ts';
