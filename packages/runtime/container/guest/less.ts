/** `less` (and `more`, `pager`) of a container. Without a terminal it is cat, as less is. */
import { openSync, readFileSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { buffer } from 'node:stream/consumers';
import { parseOptions } from '@slipway/shell/options';
import { nextKey, showPage, startPager, type Pager } from './less/pager.ts';
import { complain, errorText, print, runProgram } from './program/run-program.ts';

const USAGE = `Usage: less [OPTION]... [FILE]...
  -F  quit if the text fits on one screen     -N  show line numbers
  -S  chop long lines                         -X  do not clear the screen
  -i  ignore case in searches                 -R  show colours
  +G  begin at the end                        +/PATTERN  begin at a match

  SPACE f PgDn  forward one screen    b PgUp  backward one screen
  j RETURN ↓    forward one line      k ↑     backward one line
  d u           half a screen         g G     first, last line
  /PATTERN ?PATTERN  search           n N     next, previous match
  h             this help             q       quit
`;

const OPTIONS = {
  oneScreen: '-F --quit-if-one-screen',
  numbers: '-N --LINE-NUMBERS',
  chop: '-S --chop-long-lines',
  noInit: '-X --no-init',
  ignoreCase: '-i --ignore-case -I --IGNORE-CASE',
} as const;
const IGNORED = '-R --RAW-CONTROL-CHARS -r --raw-control-chars -e -E -s -M -m -K -q -Q -n -x= -f -~';

runProgram('less', USAGE, async (args) => {
  const starts = args.filter((arg) => arg.startsWith('+'));
  const fromEnvironment = (process.env['LESS'] ?? '').split(/\s+/).filter((word) => /^-[A-Za-z]+$/.test(word));
  const options = parseOptions([...fromEnvironment, ...args.filter((arg) => !arg.startsWith('+'))], {
    options: OPTIONS,
    ignored: IGNORED,
  });
  if (options.operands.length === 0 && process.stdin.isTTY)
    return complain('', 'Missing filename ("less --help" for help)', 1);
  let status = 0;
  const texts: Buffer[] = [];
  for (const name of options.operands.length === 0 ? ['-'] : options.operands)
    try {
      texts.push(name === '-' ? await buffer(process.stdin) : readFileSync(name));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      process.stderr.write(code === 'EISDIR' ? `${name} is a directory\n` : `${name}: ${errorText(error)}\n`);
      status = 1;
    }
  if (texts.length === 0) return status;
  const text = Buffer.concat(texts);
  if (!process.stdout.isTTY) {
    await print(text);
    return status;
  }
  const pager = startPager(text.toString(), {
    rows: process.stdout.rows,
    columns: process.stdout.columns,
    numbers: options.has('numbers'),
    chop: options.has('chop'),
    ignoreCase: options.has('ignoreCase'),
    start: starts.at(-1)?.slice(1),
    title: options.operands[0] ?? '',
  });
  if (options.has('oneScreen') && pager.fits) {
    await print(text);
    return status;
  }
  await page(pager, !options.has('noInit'));
  return status;
});

/** Keys come from the terminal, also where the text came through standard input. */
async function page(pager: Pager, clears: boolean): Promise<void> {
  const keys = process.stdin.isTTY ? process.stdin : new ReadStream(openSync('/dev/tty', 'r'));
  keys.setRawMode(true);
  const resized = (): void => {
    pager.resize(process.stdout.rows, process.stdout.columns);
    process.stdout.write(showPage(pager));
  };
  process.stdout.on('resize', resized);
  if (clears) process.stdout.write('\x1b[?1049h');
  process.stdout.write(showPage(pager));
  let pending = '';
  reading: for await (const chunk of keys) {
    pending += String(chunk);
    for (let next = nextKey(pending); next !== undefined; next = nextKey(pending)) {
      pending = next.rest;
      if (pager.press(next.key, USAGE) === 'quit') break reading;
    }
    process.stdout.write(showPage(pager));
  }
  keys.setRawMode(false);
  process.stdout.off('resize', resized);
  process.stdout.write(clears ? '\x1b[?1049l' : '\r\x1b[K');
  keys.destroy();
}
