/** `nano` (and `pico`) of a container: a small editor with nano's keys. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseOptions } from '@slipway/shell/options';
import { nextKey } from './less/pager.ts';
import { Editor } from './nano/editor.ts';
import { complain, errorText, print, runProgram } from './program/run-program.ts';

const USAGE = `Usage: nano [OPTIONS] [[+LINE] FILE]
  -l, --linenumbers  show line numbers
  -v, --view         the file is only looked at

  ^X  exit           ^O  write out      ^W  where is       ^K  cut line
  ^U  paste          ^C  where one is   ^A ^E  line ends   ^Y ^V  page up, down
  ^Z  undo           ^G  this help
`;
const OPTIONS = { numbers: '-l --linenumbers', view: '-v --view' } as const;
const IGNORED =
  '-w --nowrap -$ --softwrap -E --tabstospaces -T= --tabsize= -i --autoindent -m --mouse -S --smooth -B --backup';
/** Bytes; what is larger is no text that somebody edits here. */
const MAX_BYTES = 32 * 1024 * 1024;

runProgram('nano', USAGE, async (args) => {
  const line = args.find((arg) => /^\+\d+/.test(arg));
  const options = parseOptions(
    args.filter((arg) => arg !== line),
    { options: OPTIONS, ignored: IGNORED },
  );
  if (!process.stdin.isTTY || !process.stdout.isTTY) return complain('', 'Standard input is not a terminal', 1);
  const [name = ''] = options.operands;
  if (name !== '' && existsSync(name)) {
    const stat = statSync(name);
    if (stat.isDirectory()) return complain('', `${name} is a directory`, 1);
    if (stat.size > MAX_BYTES) return complain('', `${name} is larger than ${MAX_BYTES} bytes`, 1);
  }
  const editor = new Editor(name !== '' && existsSync(name) ? readFileSync(name, 'utf8') : '', {
    name,
    isNew: name === '' || !existsSync(name),
    rows: process.stdout.rows,
    columns: process.stdout.columns,
    numbers: options.has('numbers'),
    readOnly: options.has('view'),
    help: USAGE,
    line: Number(line?.slice(1) ?? 1),
    save(path, text) {
      try {
        writeFileSync(path, text);
        return undefined;
      } catch (error) {
        return errorText(error);
      }
    },
  });
  await edit(editor);
  return 0;
});

/** On the terminal's second screen (1049), in raw mode until the editor ends; keys may come several in a chunk. */
async function edit(editor: Editor): Promise<void> {
  const { stdin, stdout } = process;
  stdin.setRawMode(true);
  const resized = (): void => {
    editor.resize(stdout.rows, stdout.columns);
    stdout.write(editor.screen());
  };
  stdout.on('resize', resized);
  await print(`\x1b[?1049h${editor.screen()}`);
  let pending = '';
  reading: for await (const chunk of stdin) {
    pending += String(chunk);
    for (let next = nextKey(pending); next !== undefined; next = nextKey(pending)) {
      pending = next.rest;
      if (editor.press(next.key) === 'exit') break reading;
    }
    stdout.write(editor.screen());
  }
  stdin.setRawMode(false);
  stdout.off('resize', resized);
  await print('\x1b[?1049l');
  stdin.destroy();
}
