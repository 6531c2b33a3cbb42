/** `jq` of a container: jq itself, compiled to WebAssembly, fetched when it is first used. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fetchPackage } from './fetch-package.ts';
import { parseJqArguments, type JqCommand } from './jq/arguments.ts';
import { complain, errorText, Failure, print, runProgram } from './program/run-program.ts';

const LIBRARY = { name: 'jq-wasm', version: '3.0.0-jq-1.8.2' };
const SHOWN_VERSION = 'jq-1.8.2';
/** jq(1): wrong usage, and a system error. */
const USAGE_ERROR = 2;

const USAGE = `Usage:\tjq [OPTIONS] FILTER [FILES...]
\tjq [OPTIONS] --args FILTER [STRINGS...]
\tjq [OPTIONS] --jsonargs FILTER [JSON_VALUES...]

jq is a tool for processing JSON inputs, applying the given filter to
its JSON text inputs and producing the filter's results as JSON on
standard output.

  -n, --null-input          use \`null\` as the single input value
  -R, --raw-input           read each line as string instead of JSON
  -s, --slurp               read all inputs into an array
  -c, --compact-output      compact instead of pretty-printed output
  -r, --raw-output          output strings without escapes and quotes
      --raw-output0         implies -r and output NUL after each output
  -j, --join-output         implies -r and output without newline
  -a, --ascii-output        output strings by only ASCII characters
  -S, --sort-keys           sort keys of each object on output
  -C, --color-output        colorize JSON output
  -M, --monochrome-output   disable colored output
      --tab                 use tabs for indentation
      --indent n            use n spaces for indentation
      --stream              parse the input value in streaming fashion
      --seq                 parse input and output as application/json-seq
  -f, --from-file           load the filter from a file
      --arg name value      set $name to the string value
      --argjson name value  set $name to the JSON value
      --slurpfile name file set $name to an array of JSON values of the file
      --rawfile name file   set $name to string contents of file
      --args                remaining arguments are positional strings
      --jsonargs            remaining arguments are positional JSON values
  -e, --exit-status         set exit status code based on the output
  -V, --version             show the version
  -h, --help                show the help
`;

/** What we call of the package, which is fetched and whose types are not here. */
interface Library {
  loadJq(): Promise<{
    raw(input: string, query: string, flags: readonly string[]): { stdout: string; stderr: string; exitCode: number };
  }>;
}

runProgram('jq', USAGE, async (args) => {
  const command = parseJqArguments(args, readText);
  if ('shows' in command) {
    await print(command.shows === 'version' ? `${SHOWN_VERSION}\n` : USAGE);
    return 0;
  }
  if ('problem' in command) {
    complain('jq', `error: ${command.problem}`, USAGE_ERROR);
    process.stderr.write('Use jq --help for help with command-line options,\nor see the jq manpage, or online docs\n');
    return USAGE_ERROR;
  }
  const { text, failed } = await inputOf(command);
  const fetched = fetchPackage(LIBRARY.name, LIBRARY.version, (spec) =>
    process.stderr.write(`slipway: fetching ${spec} …\n`),
  );
  if ('failure' in fetched) throw new Failure(`error: jq cannot be fetched: ${fetched.failure}`, USAGE_ERROR);
  const { loadJq } = createRequire(join(fetched.folder, 'package.json'))(fetched.folder) as Library;
  const colour = process.stdout.isTTY && !command.flags.some((flag) => /^(?:-M|--monochrome-output)$/.test(flag));
  const jq = await loadJq();
  const result = untrimmed(() => jq.raw(text, command.query, colour ? ['-C', ...command.flags] : command.flags));
  process.stderr.write(result.stderr);
  await print(result.stdout);
  return result.exitCode === 0 && failed ? USAGE_ERROR : result.exitCode;
});

/**
 * The library trims what jq printed; white space at its ends is part of it. Nothing else runs in this process
 * meanwhile.
 */
function untrimmed<T>(task: () => T): T {
  const own = Object.getOwnPropertyDescriptor(String.prototype, 'trim') ?? {};
  Object.defineProperty(String.prototype, 'trim', {
    ...own,
    value(this: string) {
      return String(this);
    },
  });
  try {
    return task();
  } finally {
    Object.defineProperty(String.prototype, 'trim', own);
  }
}

/** All files one after the other, as jq reads them; what is missing is told and left out. */
async function inputOf({ files, readsNothing }: JqCommand): Promise<{ text: string; failed: boolean }> {
  if (readsNothing) return { text: '', failed: false };
  if (files.length === 0) return { text: (await buffer(process.stdin)).toString(), failed: false };
  let text = '';
  let failed = false;
  for (const file of files)
    try {
      text += readFileSync(file, 'utf8');
    } catch (error) {
      failed = true;
      complain('jq', `error: Could not open file ${file}: ${errorText(error)}`, USAGE_ERROR);
    }
  return { text, failed };
}

/** For files that options name; ends the program where there is none. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`error: Could not open ${file}: ${errorText(error)}`, USAGE_ERROR, { cause: error });
  }
}
