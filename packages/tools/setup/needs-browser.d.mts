/** Whether a script that run.mjs starts opens a browser. */
export function needsBrowser(script: string, args: readonly string[]): boolean;
