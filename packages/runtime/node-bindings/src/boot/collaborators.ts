/** The two places where boot calls rooms that are not bindings. */
export { installLanguageHooks, startCompileCache } from '../modules/index.ts';
export { readCommandLine } from '../system/index.ts';
