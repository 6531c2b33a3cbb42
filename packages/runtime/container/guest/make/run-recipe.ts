import { spawn } from 'node:child_process';
import { complain } from '../program/run-program.ts';
import { wordsOf } from './text.ts';

/** Never both: what a signal ended has no status. */
export type Ended = { readonly status: number } | { readonly signal: NodeJS.Signals };

/** What a shell has to read; anything else is a program with its arguments. */
const NEEDS_SHELL = /[#;"*?[\]&|<>(){}$`^~!='\\\n]/;
/** Words that only a shell can do (job.c, sh_cmds): no program of the name could. */
const SHELL_WORDS = new Set(
  (
    '. : alias bg break case cd command continue eval exec exit export fc fg for getopts hash if jobs login logout ' +
    'read readonly return set shift test times trap type ulimit umask unalias unset wait while until'
  ).split(' '),
);
/** What a shell would have said (POSIX, 2.8.2). */
const NOT_FOUND = 127;
const NOT_RUN = 126;

/** From SHELL and .SHELLFLAGS, which one target may set for itself. */
export interface RecipeShell {
  readonly path: string;
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly name: string;
}

/** Runs one line and waits for it; by itself where no shell is needed, as GNU make does. */
export function runLine(line: string, shell: RecipeShell): Promise<Ended> {
  const words = wordsOf(line);
  const isPlain = shell.path === '/bin/sh' && !NEEDS_SHELL.test(line) && !SHELL_WORDS.has(words[0] ?? '');
  const argv = isPlain ? words : [shell.path, ...shell.flags, line];
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', env: shell.env });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const status = error.code === 'ENOENT' ? NOT_FOUND : NOT_RUN;
      const why = error.code === 'ENOENT' ? 'No such file or directory' : 'Permission denied';
      resolve({ status: complain(shell.name, `${program}: ${why}`, status) });
    });
    child.on('exit', (status, signal) => resolve(signal === null ? { status: status ?? 0 } : { signal }));
  });
}
