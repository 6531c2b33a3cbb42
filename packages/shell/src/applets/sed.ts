import { errorText } from '../io/errno.ts';
import { decode, type DecodedText } from '../io/text.ts';
import { statPath } from '../io/files.ts';
import type { Applet, AppletContext } from './applet.ts';
import { readOperand } from './input-files.ts';
import { type Options, parseOptions } from './options.ts';
import { parseSed, type ReplacementPart, type SedAddress, type SedCommand, type SedSubstitute } from './sed-script.ts';

/** A script that loops for ever without reading is stopped by nobody else. */
const MAX_STEPS_A_LINE = 1_000_000;

export const sed: Applet = (context, args) => {
  // -i takes its suffix attached or not at all.
  const prepared = args.map((arg) => (/^-[nrEsz]*i.+$/.test(arg) && !arg.startsWith('--') ? arg.replace(/i(.+)$/, (_, suffix: string) => `i\0${suffix}`) : arg));
  let suffix = '';
  const plain = prepared.flatMap((arg) => {
    const at = arg.indexOf('\0');
    if (at === -1) return [arg];
    suffix = arg.slice(at + 1);
    return [arg.slice(0, at)];
  });
  const options = parseOptions(plain, { short: 'nrEe:f:isuz', long: { quiet: 'n', silent: 'n', 'regexp-extended': 'E', 'expression=': 'e', 'file=': 'f', 'in-place': 'i', separate: 's', unbuffered: 'u', 'null-data': 'z', posix: 'P' } });
  const pieces = [...options.values('e')];
  for (const file of options.values('f')) {
    const bytes = readOperand(context, file);
    if (typeof bytes === 'number') return context.fail(`couldn't open file ${file}: ${errorText(bytes)}`);
    pieces.push(decode(bytes).text.replace(/^#n\n/, ''));
  }
  const operands = [...options.operands];
  if (!options.has('e') && !options.has('f')) {
    const script = operands.shift();
    if (script === undefined) return context.fail('no script specified');
    pieces.push(script);
  }
  const commands = parseSed(pieces.join('\n'), options.has('E') || options.has('r'));
  return new Editor(context, options, commands, suffix).run(operands.length === 0 ? ['-'] : operands);
};

interface InputLine {
  readonly text: string;
  readonly newline: boolean;
}

class Editor {
  readonly #context: AppletContext;
  readonly #options: Options;
  readonly #commands: readonly SedCommand[];
  readonly #suffix: string;
  readonly #terminator: string;
  #lines: InputLine[] = [];
  #number = 0;
  #at = 0;
  #pattern = '';
  #hold = '';
  #newline = true;
  #appended: string[] = [];
  #output = '';
  #lastExpression: RegExp | undefined;
  #quit: number | undefined;
  readonly #files = new Map<string, string>();

  constructor(context: AppletContext, options: Options, commands: readonly SedCommand[], suffix: string) {
    this.#context = context;
    this.#options = options;
    this.#commands = commands;
    this.#suffix = suffix;
    this.#terminator = options.has('z') ? '\0' : '\n';
  }

  run(operands: readonly string[]): number {
    let status = 0;
    const separate = this.#options.has('i') || this.#options.has('s');
    let joined: InputLine[] = [];
    let decoded: DecodedText | undefined;
    for (const operand of operands) {
      const bytes = readOperand(this.#context, operand);
      if (typeof bytes === 'number') {
        status = bytes === -21 ? this.#context.fail(this.#options.has('i') ? `couldn't edit ${operand}: not a regular file` : `read error on ${operand}: ${errorText(bytes)}`, this.#options.has('i') ? 4 : 2) : this.#context.fail(`can't read ${operand}: ${errorText(bytes)}`, 2);
        continue;
      }
      decoded = decode(bytes);
      const lines = this.#split(decoded.text);
      if (!separate) {
        joined = joined.concat(lines);
        continue;
      }
      this.#number = 0;
      this.#edit(lines);
      if (this.#options.has('i')) this.#replaceFile(operand, bytes, decoded);
      else this.#flush(decoded);
      if (this.#quit !== undefined) break;
    }
    if (!separate) {
      this.#edit(joined);
      this.#flush(decoded ?? decode(new Uint8Array(0)));
    }
    for (const [path, text] of this.#files) this.#context.sys.fs.writeFile(this.#context.sys.absolute(path), new TextEncoder().encode(text), 0o644);
    return this.#quit ?? status;
  }

  #split(text: string): InputLine[] {
    if (text === '') return [];
    const parts = text.split(this.#terminator);
    const ends = parts.at(-1) === '';
    if (ends) parts.pop();
    return parts.map((part, index) => ({ text: part, newline: ends || index < parts.length - 1 }));
  }

  #flush(decoded: DecodedText): void {
    this.#context.out.write(decoded.encode(this.#output));
    this.#output = '';
  }

  #replaceFile(operand: string, before: Uint8Array, decoded: DecodedText): void {
    const { sys } = this.#context;
    const path = sys.absolute(operand);
    const stat = statPath(sys.fs, path);
    const mode = typeof stat === 'number' ? 0o644 : stat.mode & 0o7777;
    if (this.#suffix !== '') sys.fs.writeFile(this.#suffix.includes('*') ? this.#suffix.replaceAll('*', path) : path + this.#suffix, before, mode);
    const errno = sys.fs.writeFile(path, decoded.encode(this.#output), mode);
    if (errno < 0) this.#context.fail(`couldn't write ${operand}: ${errorText(errno)}`, 4);
    this.#output = '';
  }

  #edit(lines: InputLine[]): void {
    this.#lines = lines;
    this.#at = 0;
    while (this.#quit === undefined && this.#next()) this.#cycle();
  }

  #next(): boolean {
    const line = this.#lines[this.#at];
    if (line === undefined) return false;
    this.#at++;
    this.#number++;
    this.#pattern = line.text;
    this.#newline = line.newline;
    return true;
  }

  #print(text: string, newline = true): void {
    this.#output += text + (newline ? this.#terminator : '');
  }

  #endCycle(print: boolean): void {
    if (print && !this.#options.has('n')) this.#print(this.#pattern, this.#newline || this.#appended.length > 0);
    for (const text of this.#appended) this.#output += text;
    this.#appended = [];
  }

  #cycle(): void {
    let substituted = false;
    let steps = 0;
    for (let i = 0; i < this.#commands.length; ) {
      if (++steps > MAX_STEPS_A_LINE) throw new Error('Cannot finish a sed script: it loops without reading input');
      const command = this.#commands[i];
      if (command === undefined) break;
      i++;
      if (this.#selected(command) === command.negated) {
        if (command.name === '{') i = command.target;
        continue;
      }
      switch (command.name) {
        case '{':
          break;
        case 's':
          if (command.substitute !== undefined && this.#substitute(command.substitute)) substituted = true;
          break;
        case 'y': {
          const pairs = [...command.text];
          const map = new Map<string, string>();
          for (let p = 0; p < pairs.length; p += 2) map.set(pairs[p] ?? '', pairs[p + 1] ?? '');
          this.#pattern = [...this.#pattern].map((c) => map.get(c) ?? c).join('');
          break;
        }
        case 'p':
          this.#print(this.#pattern);
          break;
        case 'P':
          this.#print(this.#pattern.split('\n', 1)[0] ?? '');
          break;
        case 'l':
          this.#print(`${this.#pattern.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}$`);
          break;
        case '=':
          this.#print(String(this.#number));
          break;
        case 'F':
          this.#print('-');
          break;
        case 'd':
          this.#endCycle(false);
          return;
        case 'D': {
          const at = this.#pattern.indexOf('\n');
          this.#endCycle(false);
          if (at === -1) return;
          this.#pattern = this.#pattern.slice(at + 1);
          i = 0;
          break;
        }
        case 'n':
          if (this.#at >= this.#lines.length) {
            this.#endCycle(true);
            this.#quit ??= 0;
            this.#stopQuietly();
            return;
          }
          this.#endCycle(true);
          this.#next();
          break;
        case 'N': {
          const before = this.#pattern;
          if (this.#at >= this.#lines.length) {
            this.#endCycle(true);
            this.#stopQuietly();
            return;
          }
          for (const text of this.#appended.splice(0)) this.#output += text;
          this.#next();
          this.#pattern = `${before}\n${this.#pattern}`;
          break;
        }
        case 'g':
          this.#pattern = this.#hold;
          break;
        case 'G':
          this.#pattern += `\n${this.#hold}`;
          break;
        case 'h':
          this.#hold = this.#pattern;
          break;
        case 'H':
          this.#hold += `\n${this.#pattern}`;
          break;
        case 'x':
          [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
          break;
        case 'z':
          this.#pattern = '';
          break;
        case 'a':
          this.#appended.push(`${command.text}\n`);
          break;
        case 'i':
          this.#print(command.text);
          break;
        case 'c':
          // A range is replaced once, at its end.
          if (command.to === undefined || command.negated || command.active === undefined) this.#print(command.text);
          this.#endCycle(false);
          return;
        case 'r': {
          const bytes = readOperand(this.#context, command.text);
          if (typeof bytes !== 'number') this.#appended.push(decode(bytes).text);
          break;
        }
        case 'w':
          this.#files.set(command.text, `${this.#files.get(command.text) ?? ''}${this.#pattern}\n`);
          break;
        case 'b':
          i = command.target;
          break;
        case 't':
          if (substituted) {
            substituted = false;
            i = command.target;
          }
          break;
        case 'T':
          if (!substituted) i = command.target;
          substituted = false;
          break;
        case 'q':
          this.#endCycle(true);
          this.#quit = Number(command.text || 0);
          return;
        case 'Q':
          this.#quit = Number(command.text || 0);
          return;
        default:
          throw new Error(`Cannot run sed command "${command.name}": not supported`);
      }
    }
    this.#endCycle(true);
  }

  #stopQuietly(): void {
    this.#at = this.#lines.length;
  }

  #isLast(): boolean {
    return this.#at >= this.#lines.length;
  }

  #selected(command: SedCommand): boolean {
    const { from, to } = command;
    if (from === undefined) return true;
    if (to === undefined) return this.#matches(from);
    if (command.active === undefined) {
      if (!this.#matches(from)) return false;
      command.active = Infinity;
      if (to.kind === 'line') command.active = to.line;
      else if (to.kind === 'plus') command.active = this.#number + to.count;
      else if (to.kind === 'last' && this.#isLast()) command.active = this.#number;
      if (command.active <= this.#number) command.active = undefined;
      return true;
    }
    const ends = to.kind === 'regex' ? this.#test(to.expression) : to.kind === 'last' ? this.#isLast() : this.#number >= command.active;
    // A numbered end that was jumped over: the range is over already.
    const beyond = (to.kind === 'line' || to.kind === 'plus') && this.#number > command.active;
    if (ends) command.active = undefined;
    return !beyond;
  }

  #matches(address: SedAddress): boolean {
    switch (address.kind) {
      case 'line':
        return this.#number === address.line;
      case 'last':
        return this.#isLast();
      case 'step':
        return address.step <= 0 ? this.#number === address.first : this.#number >= address.first && (this.#number - address.first) % address.step === 0;
      case 'plus':
        return false;
      case 'regex':
        return this.#test(address.expression);
    }
  }

  #use(expression: RegExp | undefined): RegExp {
    const used = expression ?? this.#lastExpression;
    if (used === undefined) throw new Error('Cannot run a sed script: no previous regular expression');
    this.#lastExpression = used;
    used.lastIndex = 0;
    return used;
  }

  #test(expression: RegExp | undefined): boolean {
    return this.#use(expression).test(this.#pattern);
  }

  #substitute({ expression, replacement, global, occurrence, print, file }: SedSubstitute): boolean {
    const used = this.#use(expression);
    let result = '';
    let at = 0;
    let count = 0;
    for (const match of this.#pattern.matchAll(used)) {
      // An empty match right after a match is none (as in `s/b*/x/g`).
      if (match[0] === '' && match.index === at && count > 0 && at > 0) continue;
      count++;
      if (count < occurrence) continue;
      result += this.#pattern.slice(at, match.index) + replace(replacement, match);
      at = match.index + match[0].length;
      if (!global) break;
    }
    if (count < occurrence) return false;
    this.#pattern = result + this.#pattern.slice(at);
    if (print) this.#print(this.#pattern);
    if (file !== undefined) this.#files.set(file, `${this.#files.get(file) ?? ''}${this.#pattern}\n`);
    return true;
  }
}

function replace(parts: readonly ReplacementPart[], match: RegExpMatchArray): string {
  let result = '';
  let mode: 'U' | 'L' | 'E' = 'E';
  let once: 'u' | 'l' | undefined;
  for (const part of parts) {
    if (part.kind === 'case') {
      if (part.mode === 'u' || part.mode === 'l') once = part.mode;
      else mode = part.mode;
      continue;
    }
    let text = part.kind === 'text' ? part.text : (match[part.index] ?? '');
    if (mode === 'U') text = text.toUpperCase();
    else if (mode === 'L') text = text.toLowerCase();
    if (once !== undefined && text !== '') {
      text = (once === 'u' ? text.slice(0, 1).toUpperCase() : text.slice(0, 1).toLowerCase()) + text.slice(1);
      once = undefined;
    }
    result += text;
  }
  return result;
}
