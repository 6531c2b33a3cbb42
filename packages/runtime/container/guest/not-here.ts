/** Commands of hosted containers that have nothing to stand for here: each refuses by its name and says what to do. */
import { basename } from 'node:path';

const NAME = basename(process.argv[1] ?? '').replace(/\..*$/, '');
/** What a shell says of a program that is not there (POSIX, 2.8.2). */
const NOT_FOUND = 127;

const TEXTS: Readonly<Record<string, string>> = {
  turbo: `turbo: this container has no package manager of that name, and Turborepo's program is native code, which a
browser tab cannot run.

  npm install, pnpm install, yarn install      install packages
  npm run build --workspaces                   runs a script in every package of a repository
  pnpm -r run build                            the same, in the order of their dependencies
`,
  loadenv: `loadenv: this container has no such command. Variables of a file come into a program by

  node --env-file=.env app.js                  for one program
  set -a; . ./.env; set +a                     for all that this shell starts
`,
};

const text = TEXTS[NAME] ?? `${NAME}: no such command in this container\n`;
if (process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) process.stdout.write(text);
else {
  process.stderr.write(text);
  process.exitCode = NOT_FOUND;
}
