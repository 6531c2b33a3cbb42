import type { Assignment, CaseItem, Command, Redirect, RedirectOperator, Word } from './ast.ts';
import { isName } from './characters.ts';
import { ConditionParser } from './condition-parser.ts';
import { Source } from './source.ts';
import { ShellSyntaxError } from './syntax-error.ts';
import { isOperator, literal, RESERVED, TokenReader } from './token-reader.ts';
import { type Dialect, WordReader } from './word-reader.ts';

// All but the last two groups are POSIX; `<<<` and `&>` are read only in the extended dialect.
const REDIRECT_OPERATORS: ReadonlySet<string> = new Set([
  '<<-',
  '<<',
  '>>',
  '<&',
  '>&',
  '<>',
  '>|',
  '<',
  '>',
  '<<<',
  '&>',
]);
/** Words like others, but at a command's beginning, where they end the list before them (XCU 2.4). */
const CLOSERS: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);
/** Compound commands in compound commands; the stack of a worker bears about ten times this. */
const MAX_DEPTH = 300;

/** How a text is read; by default as POSIX, from line 1, with no aliases. */
export interface ParserOptions {
  /** For messages: where in its script the text of a substitution begins. */
  readonly line?: number;
  readonly dialect?: Dialect;
  readonly aliases?: ReadonlyMap<string, string>;
  /** How deep this text is nested in another; substitutions hand it on. */
  readonly depth?: number;
  /** More text may follow: a here-document that is not closed asks for it instead of ending. */
  readonly partial?: boolean;
}

/**
 * XCU 2.10, the shell grammar, by recursive descent.
 *
 *   list: and-or (`;` `&` newline) → pipeline (`&&` `||`) → command (`|`) → simple or compound
 *
 * Command lines come one at a time, since what a line does (`alias`, `set`) may
 * change how the next one is read, and a wrong line must not keep those before
 * it from running. Every refusal is a `ShellSyntaxError` as dash words it.
 */
export class Parser {
  readonly #tokens: TokenReader;
  readonly #source: Source;
  readonly #dialect: Dialect;
  #depth: number;

  constructor(text: string | Source, options: ParserOptions = {}) {
    this.#source = typeof text === 'string' ? new Source(text, options.line) : text;
    this.#dialect = options.dialect ?? 'posix';
    this.#depth = options.depth ?? 0;
    this.#tokens = new TokenReader({
      source: this.#source,
      words: createWordReader(this.#source, this.#depth, options),
      dialect: this.#dialect,
      aliases: options.aliases,
      partial: options.partial ?? false,
      parseHereText: (body, line) => parseHereText(body, line, options),
    });
  }

  get position(): number {
    return this.#tokens.position;
  }

  get line(): number {
    return this.#tokens.line;
  }

  get remaining(): number {
    return this.#source.text.length - this.position;
  }

  /** The next complete command line, `undefined` at the end of the text. */
  next(): Command[] | undefined {
    this.#tokens.skipNewlines();
    if (this.#tokens.peek().type === 'end') return undefined;
    const commands = this.#list(false);
    const token = this.#tokens.peek();
    if (token.type === 'newline') this.#tokens.take();
    else if (token.type !== 'end') this.#tokens.unexpected(token);
    return commands;
  }

  /**
   * The commands of `$(`, up to and with its `)`; there may be
   * none. The reader of words goes on behind it in the same source.
   */
  takeSubstitution(): Command[] {
    const body = this.#compoundList(true);
    const token = this.#tokens.peek();
    // Taken from the source already, so that no more is read than the `)` itself.
    if (token.type !== 'operator' || token.text !== ')') this.#tokens.unexpected(token, ')');
    this.#tokens.take();
    return body;
  }

  /** One line of commands, or with `multiline` up to a closing word. */
  #list(multiline: boolean): Command[] {
    const commands: Command[] = [];
    for (;;) {
      if (multiline) this.#tokens.skipNewlines();
      if (this.#atListEnd(multiline)) return commands;
      const start = this.#tokens.peek().start;
      const command = this.#andOr();
      const token = this.#tokens.peek();
      if (token.type === 'operator' && token.text === '&') {
        const text = this.#tokens.textFrom(start, token.start).trim();
        this.#tokens.take();
        commands.push({ kind: 'background', command, text });
        continue;
      }
      commands.push(command);
      if (token.type === 'operator' && token.text === ';') {
        this.#tokens.take();
        continue;
      }
      if (token.type === 'newline' && multiline) continue;
      return commands;
    }
  }

  #atListEnd(multiline: boolean): boolean {
    const token = this.#tokens.peek();
    if (token.type === 'end') return true;
    if (token.type === 'newline') return !multiline;
    // Neither ends a line by itself, but both end every list: the caller says whether one was due.
    if (token.type === 'operator') return token.text === ')' || token.text === ';;';
    // Only inside a compound command: elsewhere `done` begins a command, which is then refused.
    const text = literal(token);
    return multiline && text !== undefined && CLOSERS.has(text);
  }

  /** At least one command, as every body of a compound command needs. */
  #compoundList(mayBeEmpty = false): Command[] {
    const commands = this.#list(true);
    if (commands.length === 0 && !mayBeEmpty) this.#tokens.unexpected(this.#tokens.peek());
    return commands;
  }

  #andOr(): Command {
    // Left to right, both operators alike (XCU 2.9.3): `a || b && c` is `(a || b) && c`.
    let left = this.#pipeline();
    for (;;) {
      const token = this.#tokens.peek();
      if (token.type !== 'operator' || (token.text !== '&&' && token.text !== '||')) return left;
      this.#tokens.take();
      // A newline may follow `&&`, `||` and `|`, not come before them.
      this.#tokens.skipNewlines();
      left = { kind: token.text === '&&' ? 'and' : 'or', left, right: this.#pipeline() };
    }
  }

  #pipeline(): Command {
    let negated = false;
    // POSIX has one `!`; bash takes several, and they cancel out.
    while (literal(this.#tokens.peek()) === '!') {
      this.#tokens.take();
      negated = !negated;
    }
    const stages = [this.#command()];
    for (;;) {
      const token = this.#tokens.peek();
      if (token.type !== 'operator' || (token.text !== '|' && token.text !== '|&')) break;
      this.#tokens.take();
      const last = stages.length - 1;
      const stage = stages[last];
      // `|&` of bash: errors go where the output goes. Added last,
      // so that it comes behind redirections of the stage itself.
      if (token.text === '|&' && stage !== undefined)
        stages[last] = withRedirect(stage, { operator: '>&', fd: 2, target: [{ kind: 'text', text: '1' }] });
      this.#tokens.skipNewlines();
      stages.push(this.#command());
    }
    const only = stages[0];
    return stages.length === 1 && !negated && only !== undefined ? only : { kind: 'pipeline', negated, stages };
  }

  #command(): Command {
    if (++this.#depth > MAX_DEPTH) throw new ShellSyntaxError(this.#source.line, 'Too deeply nested');
    const command = this.#commandInner();
    this.#depth--;
    return command;
  }

  #commandInner(): Command {
    // An alias may stand for a reserved word: XCU 2.3.1 puts its value in before the grammar looks.
    this.#tokens.expandAlias();
    const token = this.#tokens.peek();
    if (token.type === 'operator' && token.text === '(') {
      this.#tokens.take();
      const body = this.#compoundList();
      this.#tokens.expectOperator(')');
      return this.#withRedirects({ kind: 'subshell', body });
    }
    const word = literal(token);
    switch (word) {
      case '{': {
        this.#tokens.take();
        const body = this.#compoundList();
        this.#tokens.expectWord('}');
        return this.#withRedirects({ kind: 'group', body });
      }
      case 'if':
        return this.#withRedirects(this.#if());
      case 'while':
      case 'until': {
        this.#tokens.take();
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
        if (word !== undefined && CLOSERS.has(word)) this.#tokens.unexpected(token);
        return this.#simple();
    }
  }

  #if(): Command {
    this.#tokens.take();
    const condition = this.#compoundList();
    this.#tokens.expectWord('then');
    const then = this.#compoundList();
    const token = this.#tokens.peek();
    const word = literal(token);
    // `elif` is an `if` whose `fi` is shared.
    if (word === 'elif') return { kind: 'if', condition, then, otherwise: [this.#if()] };
    let otherwise: Command[] = [];
    if (word === 'else') {
      this.#tokens.take();
      otherwise = this.#compoundList();
    }
    this.#tokens.expectWord('fi');
    return { kind: 'if', condition, then, otherwise };
  }

  #doGroup(): Command[] {
    this.#tokens.expectWord('do');
    const body = this.#compoundList();
    this.#tokens.expectWord('done');
    return body;
  }

  #for(): Command {
    const line = this.#source.line;
    this.#tokens.take();
    const token = this.#tokens.peek();
    const variable = literal(token);
    // XCU 2.10.2, rule 5: the variable has to be a name. dash words it so.
    if (variable === undefined || !isName(variable))
      throw new ShellSyntaxError(this.#source.line, 'Bad for loop variable', token.type === 'end');
    this.#tokens.take();
    // A newline may stand before `in`, and a `;` before `do` when there is no `in`.
    this.#tokens.skipNewlines();
    const words: Word[] = [];
    let explicit = false;
    if (literal(this.#tokens.peek()) === 'in') {
      explicit = true;
      this.#tokens.take();
      // Reserved words are plain here: `for i in do done` loops over two.
      for (let next = this.#tokens.peek(); next.type === 'word'; next = this.#tokens.peek()) {
        words.push(next.word);
        this.#tokens.take();
      }
      const end = this.#tokens.peek();
      if (end.type !== 'newline' && !(end.type === 'operator' && end.text === ';')) this.#tokens.unexpected(end);
      this.#tokens.take();
    } else if (isOperator(this.#tokens.peek(), ';')) this.#tokens.take();
    this.#tokens.skipNewlines();
    const body = this.#doGroup();
    return explicit ? { kind: 'for', variable, words, body, line } : { kind: 'for', variable, body, line };
  }

  #case(): Command {
    const line = this.#source.line;
    this.#tokens.take();
    const subject = this.#tokens.expectAnyWord();
    this.#tokens.skipNewlines();
    this.#tokens.expectWord('in');
    const items: CaseItem[] = [];
    for (;;) {
      this.#tokens.skipNewlines();
      // XCU 2.10.2, rule 4: `esac` ends the items unless a `(` stands before it.
      if (literal(this.#tokens.peek()) === 'esac') break;
      if (isOperator(this.#tokens.peek(), '(')) this.#tokens.take();
      const patterns = [this.#tokens.expectAnyWord()];
      while (isOperator(this.#tokens.peek(), '|')) {
        this.#tokens.take();
        patterns.push(this.#tokens.expectAnyWord());
      }
      this.#tokens.expectOperator(')');
      const body = this.#compoundList(true);
      items.push({ patterns, body });
      this.#tokens.skipNewlines();
      // The last item may lack its `;;`.
      if (isOperator(this.#tokens.peek(), ';;')) this.#tokens.take();
      else if (literal(this.#tokens.peek()) !== 'esac') this.#tokens.unexpected(this.#tokens.peek(), ';;');
    }
    this.#tokens.expectWord('esac');
    return { kind: 'case', subject, items, line };
  }

  #condition(): Command {
    const line = this.#source.line;
    this.#tokens.take();
    const test = new ConditionParser(this.#tokens).parse();
    this.#tokens.expectWord(']]');
    return { kind: 'condition', test, line };
  }

  #functionKeyword(): Command {
    this.#tokens.take();
    const token = this.#tokens.peek();
    const name = literal(token);
    if (name === undefined) this.#tokens.unexpected(token);
    this.#tokens.take();
    // bash: the parentheses are optional behind the word `function`.
    if (isOperator(this.#tokens.peek(), '(')) {
      this.#tokens.take();
      this.#tokens.expectOperator(')');
    }
    this.#tokens.skipNewlines();
    return { kind: 'function', name: name ?? '', body: this.#command() };
  }

  #simple(): Command {
    const line = this.#source.line;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      // XCU 2.3.1: an alias that ends in a blank lets the word behind it be one too.
      if (words.length > 0 && this.#tokens.aliasNextWord) this.#tokens.expandAlias();
      const token = this.#tokens.peek();
      // Redirections stand anywhere in a simple command: `>f echo x`.
      if (token.type === 'io-number' || (token.type === 'operator' && REDIRECT_OPERATORS.has(token.text))) {
        redirects.push(...this.#redirects());
        continue;
      }
      // XCU 2.10.2, rule 8: one word and a parenthesis begin a function.
      if (
        token.type === 'operator' &&
        token.text === '(' &&
        words.length === 1 &&
        assignments.length === 0 &&
        redirects.length === 0
      ) {
        return this.#functionDefinition(words[0]);
      }
      if (token.type !== 'word') break;
      // Rule 7: only before the command's name. `env x=1` has an argument.
      const assignment = words.length === 0 ? parseAssignment(token.word, this.#dialect) : undefined;
      if (assignment !== undefined) assignments.push(assignment);
      else words.push(token.word);
      this.#tokens.take();
      // After an assignment the command name is still to come.
      if (words.length === 0) this.#tokens.expandAlias();
    }
    if (assignments.length === 0 && words.length === 0 && redirects.length === 0)
      this.#tokens.unexpected(this.#tokens.peek());
    return { kind: 'simple', line, assignments, words, redirects };
  }

  #functionDefinition(nameWord: Word | undefined): Command {
    this.#tokens.take();
    this.#tokens.expectOperator(')');
    const part = nameWord?.length === 1 ? nameWord[0] : undefined;
    const name = part?.kind === 'text' ? part.text : '';
    // Tools name functions with dashes and dots; only what cannot be meant is refused.
    if (name === '' || RESERVED.has(name) || /[$`'"\\=]/.test(name))
      throw new ShellSyntaxError(this.#source.line, 'Bad function name');
    this.#tokens.skipNewlines();
    return { kind: 'function', name, body: this.#command() };
  }

  #withRedirects(command: Command): Command {
    const redirects: Redirect[] = [];
    for (
      let token = this.#tokens.peek();
      token.type === 'io-number' || (token.type === 'operator' && REDIRECT_OPERATORS.has(token.text));
      token = this.#tokens.peek()
    ) {
      redirects.push(...this.#redirects());
    }
    return redirects.length === 0 ? command : { kind: 'redirected', command, redirects };
  }

  #redirects(): Redirect[] {
    let token = this.#tokens.take();
    let fd: number | undefined;
    if (token.type === 'io-number') {
      fd = token.fd;
      token = this.#tokens.take();
    }
    if (token.type !== 'operator') return this.#tokens.unexpected(token);
    const operator = token.text;
    const target = this.#tokens.expectAnyWord();
    if (operator === '<<' || operator === '<<-') {
      // The text comes after this line; the token reader puts it into the target when it gets there.
      const redirect = { operator: '<<' as const, fd: fd ?? 0, target: [] as Word };
      this.#tokens.addHereDocument(redirect, target, operator === '<<-');
      return [redirect];
    }
    // A here-string is a here-document of one line: no splitting, no patterns, a newline at its end.
    if (operator === '<<<')
      return [
        {
          operator: '<<',
          fd: fd ?? 0,
          target: [
            { kind: 'double', parts: target },
            { kind: 'quoted', text: '\n' },
          ],
        },
      ];
    // In this order: the second descriptor becomes what the first is by then.
    if (operator === '&>') {
      return [
        { operator: '>', fd: 1, target },
        { operator: '>&', fd: 2, target: [{ kind: 'text', text: '1' }] },
      ];
    }
    // `<` and its kin change standard input, the others standard output.
    return [{ operator: operator as RedirectOperator, fd: fd ?? (operator.startsWith('<') ? 0 : 1), target }];
  }
}

/** All commands of `text`, for what is parsed before any of it runs: backquotes, tests. */
export function parseAll(text: string, options: ParserOptions = {}): Command[] {
  const parser = new Parser(text, options);
  const commands: Command[] = [];
  for (let line = parser.next(); line !== undefined; line = parser.next()) commands.push(...line);
  return commands;
}

/**
 * A prompt or another text that is expanded like a
 * here-document (XCU 2.7.4). `line` is its first line's number.
 */
export function parseHereText(text: string, line: number, options: ParserOptions = {}): Word {
  return createWordReader(new Source(text, line), (options.depth ?? 0) + 1, options).readHereDocument();
}

function createWordReader(source: Source, depth: number, options: ParserOptions): WordReader {
  return new WordReader({
    source,
    dialect: options.dialect ?? 'posix',
    depth,
    // On the same source: the substitution's parser takes
    // its part and leaves the rest where it stands.
    parseSubstitution: (inside) => new Parser(source, { ...options, depth: inside + 1 }).takeSubstitution(),
    parseText: (text, line, inside) => parseAll(text, { ...options, line, depth: inside + 1 }),
  });
}

function parseAssignment(word: Word, dialect: Dialect): Assignment | undefined {
  const first = word[0];
  // `name` has to be unquoted text, and so has the `=`: `'x'=1` is a command.
  if (first?.kind !== 'text') return undefined;
  const match = (dialect === 'extended' ? /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=/ : /^([A-Za-z_][A-Za-z0-9_]*)()=/).exec(
    first.text,
  );
  if (match?.[1] === undefined) return undefined;
  // What stood behind the `=` keeps its parts, so that quotes in a value stay quotes.
  const rest = first.text.slice(match[0].length);
  const value: Word = rest === '' ? word.slice(1) : [{ kind: 'text', text: rest }, ...word.slice(1)];
  return match[2] === '+' ? { name: match[1], value, append: true } : { name: match[1], value };
}

function withRedirect(command: Command, redirect: Redirect): Command {
  if (command.kind === 'simple') return { ...command, redirects: [...command.redirects, redirect] };
  return { kind: 'redirected', command, redirects: [redirect] };
}
