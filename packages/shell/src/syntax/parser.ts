import type { Assignment, CaseItem, Command, Condition, Redirect, RedirectOperator, Word } from './ast.ts';
import { isDigit, isName } from './characters.ts';
import { ConditionParser } from './condition-parser.ts';
import { Source } from './source.ts';
import { ShellSyntaxError } from './syntax-error.ts';
import { type Dialect, WordReader } from './word-reader.ts';

export type Token =
  | { readonly type: 'word'; readonly word: Word; readonly start: number; readonly quotedText: string }
  | { readonly type: 'operator'; readonly text: string; readonly start: number }
  | { readonly type: 'io-number'; readonly fd: number; readonly start: number }
  | { readonly type: 'newline'; readonly start: number }
  | { readonly type: 'end'; readonly start: number };

const OPERATORS = ['<<-', '&&', '||', ';;', '<<', '>>', '<&', '>&', '<>', '>|', '&', '|', ';', '(', ')', '<', '>'] as const;
const EXTENDED_OPERATORS = ['<<<', '&>', '|&'] as const;
const REDIRECT_OPERATORS: ReadonlySet<string> = new Set(['<<-', '<<', '>>', '<&', '>&', '<>', '>|', '<', '>', '<<<', '&>']);
const RESERVED: ReadonlySet<string> = new Set(['if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'for', 'do', 'done', 'case', 'esac', 'in', '{', '}', '!']);
/** Words with which no command begins. */
const CLOSERS: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);
/** Compound commands in compound commands; the stack of a worker bears about ten times this. */
const MAX_DEPTH = 300;

export interface ParserOptions {
  readonly line?: number;
  readonly dialect?: Dialect;
  readonly aliases?: ReadonlyMap<string, string>;
  readonly depth?: number;
  /** More text may follow: a here-document that is not closed asks for it instead of ending. */
  readonly partial?: boolean;
}

interface PendingHereDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly redirect: { target: Word };
  readonly line: number;
}

/** XCU 2.10, the shell grammar, by recursive descent. */
export class Parser {
  readonly #source: Source;
  readonly #options: ParserOptions;
  readonly #words: WordReader;
  readonly #dialect: Dialect;
  #peeked: Token | undefined;
  #hereDocuments: PendingHereDocument[] = [];
  #depth: number;
  /** Aliases being replaced, and how much text was left behind the replacement. */
  #activeAliases: { name: string; remaining: number }[] = [];
  #aliasNextWord = false;

  constructor(text: string | Source, options: ParserOptions = {}) {
    this.#source = typeof text === 'string' ? new Source(text, options.line) : text;
    this.#options = options;
    this.#dialect = options.dialect ?? 'posix';
    this.#depth = options.depth ?? 0;
    this.#words = new WordReader({
      source: this.#source,
      dialect: this.#dialect,
      depth: this.#depth,
      parseSubstitution: (depth) => {
        const inner = new Parser(this.#source, { ...options, depth: depth + 1 });
        return inner.takeSubstitution();
      },
      parseText: (inner, line, depth) => parseAll(inner, { ...options, line, depth: depth + 1 }),
    });
  }

  /** Where the next command begins. */
  get position(): number {
    return this.#peeked?.start ?? this.#source.position;
  }

  get line(): number {
    return this.#source.line;
  }

  /** Characters not read yet. */
  get remaining(): number {
    return this.#source.text.length - this.position;
  }

  /** The next complete command line, `undefined` at the end of the text. */
  next(): Command[] | undefined {
    this.#skipNewlines();
    if (this.#peek().type === 'end') return undefined;
    const commands = this.#list(false);
    const token = this.#peek();
    if (token.type === 'newline') this.#take();
    else if (token.type !== 'end') this.#unexpected(token);
    return commands;
  }

  /** The commands of `$(`, up to and with its `)`. */
  takeSubstitution(): Command[] {
    const body = this.#compoundList(true);
    const token = this.#peek();
    if (token.type !== 'operator' || token.text !== ')') this.#unexpected(token, ')');
    this.#take();
    return body;
  }

  // ── Lists ─────────────────────────────────────────────────────────────────

  /** One line of commands, or with `multiline` up to a closing word. */
  #list(multiline: boolean): Command[] {
    const commands: Command[] = [];
    for (;;) {
      if (multiline) this.#skipNewlines();
      if (this.#atListEnd(multiline)) return commands;
      const start = this.#peek().start;
      const command = this.#andOr();
      const token = this.#peek();
      if (token.type === 'operator' && token.text === '&') {
        const text = this.#source.text.slice(start, token.start).trim();
        this.#take();
        commands.push({ kind: 'background', command, text });
        continue;
      }
      commands.push(command);
      if (token.type === 'operator' && token.text === ';') {
        this.#take();
        continue;
      }
      if (token.type === 'newline' && multiline) continue;
      return commands;
    }
  }

  #atListEnd(multiline: boolean): boolean {
    const token = this.#peek();
    if (token.type === 'end') return true;
    if (token.type === 'newline') return !multiline;
    if (token.type === 'operator') return token.text === ')' || token.text === ';;';
    const text = literal(token);
    return multiline && text !== undefined && CLOSERS.has(text);
  }

  /** At least one command, as every body of a compound command needs. */
  #compoundList(mayBeEmpty = false): Command[] {
    const commands = this.#list(true);
    if (commands.length === 0 && !mayBeEmpty) this.#unexpected(this.#peek());
    return commands;
  }

  #andOr(): Command {
    let left = this.#pipeline();
    for (;;) {
      const token = this.#peek();
      if (token.type !== 'operator' || (token.text !== '&&' && token.text !== '||')) return left;
      this.#take();
      this.#skipNewlines();
      left = { kind: token.text === '&&' ? 'and' : 'or', left, right: this.#pipeline() };
    }
  }

  #pipeline(): Command {
    let negated = false;
    while (literal(this.#peek()) === '!') {
      this.#take();
      negated = !negated;
    }
    const stages = [this.#command()];
    for (;;) {
      const token = this.#peek();
      if (token.type !== 'operator' || (token.text !== '|' && token.text !== '|&')) break;
      this.#take();
      const last = stages.length - 1;
      const stage = stages[last];
      if (token.text === '|&' && stage !== undefined) stages[last] = withRedirect(stage, { operator: '>&', fd: 2, target: [{ kind: 'text', text: '1' }] });
      this.#skipNewlines();
      stages.push(this.#command());
    }
    const only = stages[0];
    return stages.length === 1 && !negated && only !== undefined ? only : { kind: 'pipeline', negated, stages };
  }

  // ── Commands ──────────────────────────────────────────────────────────────

  #command(): Command {
    if (++this.#depth > MAX_DEPTH) throw new ShellSyntaxError(this.#source.line, 'Too deeply nested');
    const command = this.#commandInner();
    this.#depth--;
    return command;
  }

  #commandInner(): Command {
    this.#expandAlias();
    const token = this.#peek();
    if (token.type === 'operator' && token.text === '(') {
      this.#take();
      const body = this.#compoundList();
      this.#expectOperator(')');
      return this.#withRedirects({ kind: 'subshell', body });
    }
    const word = literal(token);
    switch (word) {
      case '{': {
        this.#take();
        const body = this.#compoundList();
        this.#expectWord('}');
        return this.#withRedirects({ kind: 'group', body });
      }
      case 'if':
        return this.#withRedirects(this.#if());
      case 'while':
      case 'until': {
        this.#take();
        const condition = this.#compoundList();
        return this.#withRedirects({ kind: word, condition, body: this.#doGroup() });
      }
      case 'for':
        return this.#withRedirects(this.#for());
      case 'case':
        return this.#withRedirects(this.#case());
      case '[[':
        return this.#withRedirects(this.#condition());
      case 'function':
        if (this.#dialect === 'extended') return this.#functionKeyword();
        return this.#simple();
      default:
        if (word !== undefined && CLOSERS.has(word)) this.#unexpected(token);
        return this.#simple();
    }
  }

  #if(): Command {
    this.#take();
    const condition = this.#compoundList();
    this.#expectWord('then');
    const then = this.#compoundList();
    const token = this.#peek();
    const word = literal(token);
    // `elif` is an `if` whose `fi` is shared.
    if (word === 'elif') return { kind: 'if', condition, then, otherwise: [this.#if()] };
    let otherwise: Command[] = [];
    if (word === 'else') {
      this.#take();
      otherwise = this.#compoundList();
    }
    this.#expectWord('fi');
    return { kind: 'if', condition, then, otherwise };
  }

  #doGroup(): Command[] {
    this.#expectWord('do');
    const body = this.#compoundList();
    this.#expectWord('done');
    return body;
  }

  #for(): Command {
    const line = this.#source.line;
    this.#take();
    const token = this.#peek();
    const variable = literal(token);
    if (variable === undefined || !isName(variable)) throw new ShellSyntaxError(this.#source.line, 'Bad for loop variable', token.type === 'end');
    this.#take();
    this.#skipNewlines();
    const words: Word[] = [];
    let explicit = false;
    if (literal(this.#peek()) === 'in') {
      explicit = true;
      this.#take();
      for (let next = this.#peek(); next.type === 'word'; next = this.#peek()) {
        words.push(next.word);
        this.#take();
      }
      const end = this.#peek();
      if (end.type !== 'newline' && !(end.type === 'operator' && end.text === ';')) this.#unexpected(end);
      this.#take();
    } else if (isOperator(this.#peek(), ';')) this.#take();
    this.#skipNewlines();
    const body = this.#doGroup();
    return explicit ? { kind: 'for', variable, words, body, line } : { kind: 'for', variable, body, line };
  }

  #case(): Command {
    const line = this.#source.line;
    this.#take();
    const subject = this.#expectAnyWord();
    this.#skipNewlines();
    this.#expectWord('in');
    const items: CaseItem[] = [];
    for (;;) {
      this.#skipNewlines();
      if (literal(this.#peek()) === 'esac') break;
      if (isOperator(this.#peek(), '(')) this.#take();
      const patterns = [this.#expectAnyWord()];
      while (isOperator(this.#peek(), '|')) {
        this.#take();
        patterns.push(this.#expectAnyWord());
      }
      this.#expectOperator(')');
      const body = this.#compoundList(true);
      items.push({ patterns, body });
      this.#skipNewlines();
      if (isOperator(this.#peek(), ';;')) this.#take();
      else if (literal(this.#peek()) !== 'esac') this.#unexpected(this.#peek(), ';;');
    }
    this.#expectWord('esac');
    return { kind: 'case', subject, items, line };
  }

  #condition(): Command {
    const line = this.#source.line;
    this.#take();
    const test: Condition = new ConditionParser({
      peek: () => this.#peek(),
      take: () => this.#take(),
      skipNewlines: () => this.#skipNewlines(),
      unexpected: (token) => this.#unexpected(token),
      readRegex: () => this.#readRegex(),
    }).parse();
    this.#expectWord(']]');
    return { kind: 'condition', test, line };
  }

  /** The right side of `=~`: `(`, `|` and `<` are part of it. */
  #readRegex(): Word {
    const source = this.#source;
    if (this.#peeked !== undefined) {
      source.position = this.#peeked.start;
      this.#peeked = undefined;
    }
    while (source.peek() === ' ' || source.peek() === '\t') source.next();
    let depth = 0;
    return this.#words.readWhile((c) => {
      if (c === '(') depth++;
      else if (c === ')') depth--;
      return c === '\n' || ((c === ' ' || c === '\t') && depth <= 0);
    });
  }

  #functionKeyword(): Command {
    this.#take();
    const token = this.#peek();
    const name = literal(token);
    if (name === undefined) this.#unexpected(token);
    this.#take();
    if (isOperator(this.#peek(), '(')) {
      this.#take();
      this.#expectOperator(')');
    }
    this.#skipNewlines();
    return { kind: 'function', name: name ?? '', body: this.#command() };
  }

  #simple(): Command {
    const line = this.#source.line;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      if (words.length > 0 && this.#aliasNextWord) this.#expandAlias();
      const token = this.#peek();
      if (token.type === 'io-number' || (token.type === 'operator' && REDIRECT_OPERATORS.has(token.text))) {
        redirects.push(...this.#redirects());
        continue;
      }
      if (token.type === 'operator' && token.text === '(' && words.length === 1 && assignments.length === 0 && redirects.length === 0) {
        return this.#functionDefinition(words[0]);
      }
      if (token.type !== 'word') break;
      const assignment = words.length === 0 ? parseAssignment(token.word, this.#dialect) : undefined;
      if (assignment !== undefined) assignments.push(assignment);
      else words.push(token.word);
      this.#take();
      // After an assignment the command name is still to come.
      if (words.length === 0) this.#expandAlias();
    }
    if (assignments.length === 0 && words.length === 0 && redirects.length === 0) this.#unexpected(this.#peek());
    return { kind: 'simple', line, assignments, words, redirects };
  }

  #functionDefinition(nameWord: Word | undefined): Command {
    this.#take();
    this.#expectOperator(')');
    const part = nameWord?.length === 1 ? nameWord[0] : undefined;
    const name = part?.kind === 'text' ? part.text : '';
    // Tools name functions with dashes and dots; only what cannot be meant is refused.
    if (name === '' || RESERVED.has(name) || /[$`'"\\=]/.test(name)) throw new ShellSyntaxError(this.#source.line, 'Bad function name');
    this.#skipNewlines();
    return { kind: 'function', name, body: this.#command() };
  }

  #withRedirects(command: Command): Command {
    const redirects: Redirect[] = [];
    for (let token = this.#peek(); token.type === 'io-number' || (token.type === 'operator' && REDIRECT_OPERATORS.has(token.text)); token = this.#peek()) {
      redirects.push(...this.#redirects());
    }
    return redirects.length === 0 ? command : { kind: 'redirected', command, redirects };
  }

  #redirects(): Redirect[] {
    let token = this.#take();
    let fd: number | undefined;
    if (token.type === 'io-number') {
      fd = token.fd;
      token = this.#take();
    }
    if (token.type !== 'operator') return this.#unexpected(token);
    const operator = token.text;
    const target = this.#expectAnyWord();
    if (operator === '<<' || operator === '<<-') {
      const redirect = { operator: '<<' as const, fd: fd ?? 0, target: [] as Word };
      const { text, quoted } = delimiterOf(target);
      this.#hereDocuments.push({ delimiter: text, quoted, stripTabs: operator === '<<-', redirect, line: this.#source.line });
      return [redirect];
    }
    if (operator === '<<<') return [{ operator: '<<', fd: fd ?? 0, target: [{ kind: 'double', parts: target }, { kind: 'quoted', text: '\n' }] }];
    if (operator === '&>') {
      return [{ operator: '>', fd: 1, target }, { operator: '>&', fd: 2, target: [{ kind: 'text', text: '1' }] }];
    }
    return [{ operator: operator as RedirectOperator, fd: fd ?? (operator.startsWith('<') ? 0 : 1), target }];
  }

  // ── Tokens ────────────────────────────────────────────────────────────────

  #peek(): Token {
    return (this.#peeked ??= this.#read());
  }

  #take(): Token {
    const token = this.#peek();
    this.#peeked = undefined;
    return token;
  }

  #read(): Token {
    const source = this.#source;
    for (;;) {
      source.skipContinuations();
      const c = source.peek();
      if (c === ' ' || c === '\t') source.next();
      else if (c === '#') while (!source.ended && source.peek() !== '\n') source.next();
      else break;
    }
    const start = source.position;
    const c = source.peek();
    if (c === undefined) {
      this.#readHereDocuments();
      return { type: 'end', start };
    }
    if (c === '\n') {
      source.next();
      this.#readHereDocuments();
      return { type: 'newline', start };
    }
    if (this.#dialect === 'extended') {
      const operator = EXTENDED_OPERATORS.find((candidate) => source.startsWith(candidate));
      if (operator !== undefined) {
        source.skip(operator.length);
        return { type: 'operator', text: operator, start };
      }
    }
    const operator = OPERATORS.find((candidate) => source.startsWith(candidate));
    if (operator !== undefined) {
      source.skip(operator.length);
      return { type: 'operator', text: operator, start };
    }
    if (isDigit(c)) {
      let length = 1;
      while (isDigit(source.peek(length))) length++;
      const after = source.peek(length);
      if (after === '<' || after === '>') {
        const digits = source.text.slice(start, start + length);
        source.skip(length);
        return { type: 'io-number', fd: Number(digits), start };
      }
    }
    const word = this.#words.read();
    if (source.position === start) throw new ShellSyntaxError(source.line, `"${c}" unexpected`);
    return { type: 'word', word, start, quotedText: source.text.slice(start, source.position) };
  }

  #readHereDocuments(): void {
    const pending = this.#hereDocuments;
    if (pending.length === 0) return;
    this.#hereDocuments = [];
    for (const document of pending) this.#readHereDocument(document);
  }

  #readHereDocument({ delimiter, quoted, stripTabs, redirect, line }: PendingHereDocument): void {
    const source = this.#source;
    const bodyLine = source.line;
    let body = '';
    for (;;) {
      // An interactive shell asks for more; the end of a file ends the document, as in dash.
      if (source.ended) {
        if (this.#options.partial === true) throw new ShellSyntaxError(line, 'end of file unexpected', true);
        break;
      }
      let text = '';
      while (!source.ended && source.peek() !== '\n') text += source.next();
      const hadNewline = source.next() !== undefined;
      if (stripTabs) text = text.replace(/^\t+/, '');
      // A continued line cannot be the delimiter and joins the next one.
      if (!quoted && /(?:^|[^\\])(?:\\\\)*\\$/.test(text) && hadNewline) {
        body += `${text}\n`;
        continue;
      }
      if (text === delimiter) break;
      body += text + (hadNewline ? '\n' : '');
    }
    redirect.target = quoted ? [{ kind: 'quoted', text: body }] : parseHereText(body, bodyLine, this.#options);
  }

  #expandAlias(): void {
    const { aliases } = this.#options;
    this.#aliasNextWord = false;
    if (aliases === undefined || aliases.size === 0) return;
    for (;;) {
      const token = this.#peek();
      const name = token.type === 'word' ? literal(token) : undefined;
      if (name === undefined || RESERVED.has(name)) return;
      const value = aliases.get(name);
      const source = this.#source;
      const left = source.text.length - token.start;
      this.#activeAliases = this.#activeAliases.filter((alias) => left > alias.remaining);
      if (value === undefined || this.#activeAliases.some((alias) => alias.name === name)) return;
      this.#activeAliases.push({ name, remaining: source.remaining });
      source.replaceSince(token.start, value);
      this.#peeked = undefined;
      this.#aliasNextWord = /[ \t]$/.test(value);
    }
  }

  #skipNewlines(): void {
    while (this.#peek().type === 'newline') this.#take();
  }

  #expectWord(expected: string): void {
    const token = this.#peek();
    if (literal(token) !== expected) this.#unexpected(token, expected);
    this.#take();
  }

  #expectOperator(expected: string): void {
    const token = this.#peek();
    if (!isOperator(token, expected)) this.#unexpected(token, expected);
    this.#take();
  }

  #expectAnyWord(): Word {
    const token = this.#peek();
    if (token.type !== 'word') return this.#unexpected(token);
    this.#take();
    return token.word;
  }

  #unexpected(token: Token, expected?: string): never {
    const hint = expected === undefined ? '' : ` (expecting "${expected}")`;
    const text = literal(token);
    const line = token.type === 'newline' ? this.#source.line - 1 : this.#source.line;
    switch (token.type) {
      case 'end':
        throw new ShellSyntaxError(line, `end of file unexpected${hint}`, true);
      case 'newline':
        throw new ShellSyntaxError(line, `newline unexpected${hint}`);
      case 'operator':
        throw new ShellSyntaxError(line, `"${token.text}" unexpected${hint}`);
      default:
        throw new ShellSyntaxError(line, text !== undefined && (RESERVED.has(text) || CLOSERS.has(text)) ? `"${text}" unexpected${hint}` : `word unexpected${hint}`);
    }
  }
}

/** All commands of `text`. */
export function parseAll(text: string, options: ParserOptions = {}): Command[] {
  const parser = new Parser(text, options);
  const commands: Command[] = [];
  for (let line = parser.next(); line !== undefined; line = parser.next()) commands.push(...line);
  return commands;
}

/** A prompt or another text that is expanded like a here-document. */
export function parseHereText(text: string, line: number, options: ParserOptions = {}): Word {
  const source = new Source(text, line);
  return new WordReader({
    source,
    dialect: options.dialect ?? 'posix',
    depth: (options.depth ?? 0) + 1,
    parseSubstitution: (depth) => {
      const inner = new Parser(source, { ...options, depth: depth + 1 });
      return inner.takeSubstitution();
    },
    parseText: (inner, innerLine, depth) => parseAll(inner, { ...options, line: innerLine, depth: depth + 1 }),
  }).readHereDocument();
}

/** The text of a word that is nothing but unquoted literal text. */
function literal(token: Token): string | undefined {
  if (token.type !== 'word' || token.word.length !== 1) return undefined;
  const part = token.word[0];
  return part?.kind === 'text' ? part.text : undefined;
}

const isOperator = (token: Token, text: string): boolean => token.type === 'operator' && token.text === text;

function parseAssignment(word: Word, dialect: Dialect): Assignment | undefined {
  const first = word[0];
  if (first?.kind !== 'text') return undefined;
  const match = (dialect === 'extended' ? /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=/ : /^([A-Za-z_][A-Za-z0-9_]*)()=/).exec(first.text);
  if (match?.[1] === undefined) return undefined;
  const rest = first.text.slice(match[0].length);
  const value: Word = rest === '' ? word.slice(1) : [{ kind: 'text', text: rest }, ...word.slice(1)];
  return match[2] === '+' ? { name: match[1], value, append: true } : { name: match[1], value };
}

/** A here-document's delimiter: quotes are removed, nothing is expanded. */
function delimiterOf(word: Word): { text: string; quoted: boolean } {
  let text = '';
  let quoted = false;
  for (const part of word) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'quoted') {
      text += part.text;
      quoted = true;
    } else if (part.kind === 'double') {
      text += delimiterOf(part.parts).text;
      quoted = true;
    } else if (part.kind === 'parameter') text += `$${part.name}`;
  }
  return { text, quoted };
}

function withRedirect(command: Command, redirect: Redirect): Command {
  if (command.kind === 'simple') return { ...command, redirects: [...command.redirects, redirect] };
  return { kind: 'redirected', command, redirects: [redirect] };
}
