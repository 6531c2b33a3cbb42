import { Errno, OpenFlags, strerror } from '@slipway/posix';
import { decode, type DecodedText, encode } from '../../io/text.ts';
import { statPath } from '../../io/files.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { readOperand } from '../input-files.ts';
import { type Options, parseOptions } from '../options.ts';
import { SED_COMMANDS } from '../sed-commands.ts';
import { parseSed, type SedCommand } from '../sed-script.ts';
import { SedSpace, type SedLine } from '../sed-space.ts';

const OPTIONS = {
  quiet: '-n --quiet --silent',
  regexpExtended: '-r -E --regexp-extended',
  expression: '-e= --expression=',
  file: '-f= --file=',
  inPlace: '-i[=] --in-place[=]',
  separate: '-s --separate',
  nullData: '-z --null-data',
} as const;

/**
 * A script that loops for ever without reading is stopped
 * by nobody else; commands that one line may take.
 */
const MAX_STEPS_A_LINE = 1_000_000;

/**
 * XCU sed, with `-i`, `-E`, `-s`, `-z` and the commands of GNU that scripts use. Input
 * is read whole, output written at its end. 1 for a wrong script, 2 or 4 for a file.
 */
export const sed: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-u --unbuffered --posix' });
  // Several -e and -f are lines of one script: a block may begin in one and end in the next.
  const pieces = [...options.values('expression')];
  for (const file of options.values('file')) {
    const bytes = readOperand(context, file);
    if (typeof bytes === 'number') return context.fail(`couldn't open file ${file}: ${strerror(bytes)}`, 4);
    pieces.push(decode(bytes).text);
  }
  const operands = [...options.operands];
  if (!options.has('expression') && !options.has('file')) {
    const first = operands.shift();
    if (first === undefined) return context.fail('no script specified');
    pieces.push(first);
  }
  const script = pieces.join('\n');
  // Before any file is read: a wrong script touches nothing.
  const commands = parseSed(script, options.has('regexpExtended'));
  // A first line `#n` stands for `-n` (XCU sed); to GNU it is enough that the script begins so.
  const quiet = options.has('quiet') || script.startsWith('#n');
  const editor = new Editor(context, options, commands, options.value('inPlace') ?? '', quiet);
  const status = editor.openFiles() ? editor.run(operands.length === 0 ? ['-'] : operands) : 4;
  editor.closeFiles();
  return status;
};

/**
 * Runs the script over all operands as one stream, or with `-s` or `-i` over each file by itself. What is printed is
 * held until that stream or file is through: an input that never ends prints nothing.
 */
class Editor {
  readonly #context: AppletContext;
  readonly #options: Options<keyof typeof OPTIONS>;
  readonly #commands: readonly SedCommand[];
  readonly #suffix: string;
  readonly #terminator: string;
  readonly #space: SedSpace;
  /** Descriptors of the files of `w`. */
  readonly #targets = new Map<string, number>();

  constructor(
    context: AppletContext,
    options: Options<keyof typeof OPTIONS>,
    commands: readonly SedCommand[],
    suffix: string,
    quiet: boolean,
  ) {
    this.#context = context;
    this.#options = options;
    this.#commands = commands;
    this.#suffix = suffix;
    this.#terminator = options.has('nullData') ? '\0' : '\n';
    this.#space = new SedSpace({
      quiet,
      terminator: this.#terminator,
      readFile: (path) => {
        const bytes = readOperand(context, path);
        return typeof bytes === 'number' ? undefined : decode(bytes).text;
      },
    });
  }

  /**
   * XCU sed: the files of `w` are made before any input is read, also those that nothing will be
   * written to. False, and it was said, where one cannot be made.
   */
  openFiles(): boolean {
    const { sys } = this.#context;
    for (const { name, text, substitute } of this.#commands) {
      const path = name === 'w' ? text : substitute?.file;
      if (path === undefined || this.#targets.has(path)) continue;
      const flags = OpenFlags.wronly | OpenFlags.creat | OpenFlags.trunc;
      const fd = sys.descriptors.open(sys.absolute(path), flags, 0o666 & ~sys.umask());
      if (fd < 0) {
        this.#context.fail(`couldn't open file ${path}: ${strerror(fd)}`);
        return false;
      }
      this.#targets.set(path, fd);
    }
    return true;
  }

  /** Writes what the files of `w` are to hold. */
  closeFiles(): void {
    const { descriptors } = this.#context.sys;
    // One of them may be where the output goes.
    this.#context.out.flush();
    for (const [path, fd] of this.#targets) {
      const text = this.#space.files.get(path);
      if (text !== undefined) descriptors.write(fd, encode(text), null);
      descriptors.close(fd);
    }
  }

  run(operands: readonly string[]): number {
    let status = 0;
    // With -s or -i each file has its own line numbers and its own last line.
    const separate = this.#options.has('inPlace', 'separate');
    let joined: SedLine[] = [];
    let decoded: DecodedText | undefined;
    for (const operand of operands) {
      const bytes = readOperand(this.#context, operand);
      if (typeof bytes === 'number') {
        // What cannot be read is passed over; the others are still edited.
        status =
          bytes === Errno.EISDIR
            ? this.#context.fail(
                this.#options.has('inPlace')
                  ? `couldn't edit ${operand}: not a regular file`
                  : `read error on ${operand}: ${strerror(bytes)}`,
                this.#options.has('inPlace') ? 4 : 2,
              )
            : this.#context.fail(`can't read ${operand}: ${strerror(bytes)}`, 2);
        continue;
      }
      decoded = decode(bytes);
      const lines = this.#split(decoded.text);
      if (!separate) {
        joined = joined.concat(lines);
        continue;
      }
      // Only here: without -s the lines of all files are counted through.
      this.#edit(lines, true);
      if (this.#options.has('inPlace')) this.#replaceFile(operand, bytes, decoded);
      else this.#flush(decoded);
      if (this.#space.quit !== undefined) break;
    }
    if (!separate) {
      this.#edit(joined, false);
      this.#flush(decoded ?? decode(new Uint8Array(0)));
    }
    return this.#space.quit ?? status;
  }

  #split(text: string): SedLine[] {
    if (text === '') return [];
    // Text after the last terminator is a line without one.
    const parts = text.split(this.#terminator);
    const ends = parts.at(-1) === '';
    if (ends) parts.pop();
    return parts.map((part, index) => ({ text: part, newline: ends || index < parts.length - 1 }));
  }

  #flush(decoded: DecodedText): void {
    this.#context.out.write(decoded.encode(this.#space.takeOutput()));
  }

  #replaceFile(operand: string, before: Uint8Array, decoded: DecodedText): void {
    const { sys } = this.#context;
    const path = sys.absolute(operand);
    const stat = statPath(sys.fs, path);
    // GNU keeps the mode of the file that is replaced.
    const mode = typeof stat === 'number' ? 0o644 : stat.mode & 0o7777;
    if (this.#suffix !== '')
      sys.fs.writeFile(
        // GNU: a `*` in the suffix stands for the file's name.
        this.#suffix.includes('*') ? this.#suffix.replaceAll('*', path) : path + this.#suffix,
        before,
        mode,
      );
    const errno = sys.fs.writeFile(path, decoded.encode(this.#space.takeOutput()), mode);
    if (errno < 0) this.#context.fail(`couldn't write ${operand}: ${strerror(errno)}`, 4);
  }

  #edit(lines: readonly SedLine[], restart: boolean): void {
    this.#space.begin(lines, restart);
    while (this.#space.quit === undefined && this.#space.next()) this.#cycle();
  }

  #cycle(): void {
    const space = this.#space;
    let steps = 0;
    space.substituted = false;
    for (let i = 0; i < this.#commands.length;) {
      if (++steps > MAX_STEPS_A_LINE) throw new Error('Cannot finish a sed script: it loops without reading input');
      const command = this.#commands[i];
      if (command === undefined) break;
      i++;
      if (space.selected(command) === command.negated) {
        // A block that is not taken is jumped over.
        if (command.name === '{') i = command.target;
        continue;
      }
      const run = SED_COMMANDS[command.name];
      if (run === undefined) throw new Error(`Cannot run sed command "${command.name}": not supported`);
      const next = run(space, command);
      if (next === 'end') return;
      i = next ?? i;
    }
    space.endCycle(true);
  }
}
