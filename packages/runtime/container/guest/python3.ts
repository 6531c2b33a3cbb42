/** `python3` and `python` of a container: what there is not, and what there is instead. */
import { basename } from 'node:path';

const NAME = basename(process.argv[1] ?? 'python3').replace(/\..*$/, '');
/** What a shell says of a program that is not there (POSIX, 2.8.2). */
const NOT_FOUND = 127;

const HELP = `${NAME}: there is no Python in this container.
It runs Node in a browser tab; programs for a processor, as CPython is one, cannot be started.

CPython compiled to WebAssembly is a package of npm, Pyodide, and runs here as a library
(without pip's native packages):

  npm install pyodide
  node -e "require('pyodide').loadPyodide().then((python) => python.runPython('print(1 + 1)'))"

Packages that look for Python (node-gyp) want to build an addon: see what runs in their place by starting them.
`;

const asked = process.argv.slice(2);
if (asked.includes('--help') || asked.includes('-h')) process.stdout.write(HELP);
else {
  process.stderr.write(HELP);
  process.exitCode = NOT_FOUND;
}
