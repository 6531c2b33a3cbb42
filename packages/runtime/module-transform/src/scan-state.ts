/**
 * What the scanner knows at one point of the text, and the few steps that
 * words and punctuators share.
 *
 * The mode is `prev`: what the last token was, and so what the next may be.
 *
 *   statement ──word, literal, `(`──▶ operand ──operator──▶ operator ──word, literal──▶ operand …
 *       ▲                                │  └──`.`──▶ dot ──name──▶ operand
 *       └───`;`, `{` block, line end─────┘
 *   statement ──`return`, `typeof`, `case` …──▶ keyword ──▶ as behind an operator: an operand must come
 *   object and class body ──name, literal, `[…]`──▶ key ──`:`, `=`──▶ operator,  ──`(`──▶ parameters of a method
 *   arrow function's `}` ──▶ arrowEnd ──line end, `,`, `;`──▶ nothing else continues it
 *
 * It decides the three questions of the grammar that a lexer alone cannot:
 *   `/`  a division behind `operand`, else a regular expression;
 *   `{`  an object behind `operator` and `keyword`, a block behind `statement`;
 *   line end  takes the place of `;` where the next token cannot continue an operand (ECMA-262, 12.10).
 * Brackets (`nest`), functions and pending awaits are stacks beside it. `after` is the one door through which the
 * mode changes.
 */
import { AssignedNames } from './assigned-names.ts';
import { Bail } from './bail.ts';
import { Code } from './codes.ts';
import { EditList } from './edit-list.ts';
import { ModuleDeclarations } from './module-declarations.ts';
import type { HelperNames } from './names.ts';
import { Bracket, Declares, Flag, Functions, Nesting } from './nesting.ts';

/** What the last token was. Up to `arrowEnd` it may end an expression. */
export const enum Prev {
  operand = 0,
  /** The key of a property or class member. */
  key = 1,
  /** `}` of an arrow function: nothing can continue it but a line end ends it. */
  arrowEnd = 2,
  /** An operator or an opening bracket: an operand must come. */
  operator = 3,
  /** A keyword that wants an operand; `{` opens an object. */
  keyword = 4,
  dot = 5,
  /** Start of a statement; `{` opens a block. */
  statement = 6,
}

/** What the text is parsed as: a `script` may be sloppy, and becomes the body of a CommonJS function. */
export type Goal = 'module' | 'script';

/** One scan: the mode, the stacks, and what has been found. */
export class ScanState {
  readonly source: string;
  readonly length: number;
  readonly isModule: boolean;
  readonly names: HelperNames;
  readonly edits = new EditList();
  readonly declarations: ModuleDeclarations;
  readonly assigned: AssignedNames;
  readonly nest = new Nesting();
  readonly functions = new Functions();
  /** Awaits whose operand is being read: their bracket, and whether the operand has begun. */
  readonly awaitBracket: number[] = [];
  readonly awaitBegun: boolean[] = [];
  readonly awaitClosing: string[] = [];
  /** Classes whose body has not begun: their bracket and flags. */
  readonly classBracket: number[] = [];
  readonly classFlags: number[] = [];

  at = 0;
  prev: number = Prev.statement;
  prevEnd = 0;
  /** Code of the last punctuator's last character; 0 behind anything else. */
  prevChar = 0;
  /** Start of the last token if it is an identifier that can be assigned to, else -1. */
  nameStart = -1;
  nameDeclared = false;
  newline = false;
  /** The last token was `let`, `const` or `var`. */
  declaring = false;
  /** In an object or class: the next token is a key. */
  keyNext = false;
  /** Flags of the next `(` (parameters, header) or of the method whose key has been read. */
  parenFlags = 0;
  /** Of the last closed bracket. */
  closedFlags = 0;
  closedStart = 0;
  /** `async` before the single parameter of an arrow function. */
  asyncArrow = false;
  /** Flags of the arrow function whose `{` comes next; 0 = none. */
  arrowFlags = 0;
  /** The function or class that comes next has no name: `export default` gives it the hidden one. */
  nameDefault = false;
  /** The next block belongs to `catch` or `finally`. */
  isHandler = false;

  /** Names declared outside of functions; an export list may name only these. */
  readonly declared = new Set<string>();
  // For the tables. A direct `eval` makes every exported binding a changing one.
  hasTopLevelAwait = false;
  usesImportMeta = false;
  usesDynamicImport = false;
  hasDirectEval = false;

  constructor(source: string, goal: Goal, names: HelperNames) {
    this.source = source;
    this.length = source.length;
    this.isModule = goal === 'module';
    this.names = names;
    this.declarations = new ModuleDeclarations(source, this.edits, names);
    this.assigned = new AssignedNames(source);
  }

  /**
   * Notes the token that ended just before `at`. `char` is 0 unless a later
   * token asks for it. What holds for one token only is cleared here.
   */
  after(prev: number, char = 0): void {
    this.prev = prev;
    this.prevEnd = this.at;
    this.prevChar = char;
    this.nameStart = -1;
    this.declaring = false;
    this.newline = false;
  }

  get kind(): number {
    return this.nest.kind[this.nest.top] as number;
  }

  /** True where a token that cannot continue an expression stands behind a complete one. */
  beginOperand(): void {
    if (this.prev <= Prev.arrowEnd) {
      if (!this.newline) throw new Bail(`two operands at ${this.at}`);
      this.endLine();
    }
    // The operand of an await begins: one that ends without has none, which is an error.
    const last = this.awaitBracket.length - 1;
    if (last >= 0 && this.awaitBracket[last] === this.nest.top) this.awaitBegun[last] = true;
  }

  beginStatement(): void {
    if (this.prev <= Prev.arrowEnd) {
      if (!this.newline) throw new Bail(`statement behind an operand at ${this.at}`);
      this.endLine();
    }
    this.nest.declares[this.nest.top] = Declares.nothing;
  }

  /** A line end takes the place of a semicolon. */
  endLine(): void {
    this.endAwaits();
    this.endArrows();
    this.nest.declares[this.nest.top] = Declares.nothing;
    if (this.kind === Bracket.classBody) this.beginMember();
  }

  /** The awaits of this bracket end with the operand: their closing text goes behind it. */
  endAwaits(): void {
    for (let last = this.awaitBracket.length - 1; last >= 0 && this.awaitBracket[last] === this.nest.top; last--) {
      if (!this.awaitBegun[last]) throw new Bail('await without operand');
      this.awaitBracket.length = last;
      this.awaitBegun.length = last;
      this.edits.insert(this.prevEnd, this.awaitClosing.pop() as string);
    }
  }

  /** Arrow functions with an expression as body have no bracket that would end them. */
  endArrows(): void {
    const functions = this.functions;
    while (
      functions.depth > 0 &&
      functions.isExpression[functions.depth] &&
      functions.bracket[functions.depth] === this.nest.top
    )
      functions.depth--;
  }

  /** What comes next is a key, or a modifier before one. */
  beginMember(): void {
    this.keyNext = true;
    this.parenFlags = 0;
  }

  /** In a class a line end may have begun the next member; in an object only a comma does. */
  isAtKey(): boolean {
    const kind = this.kind;
    if (kind !== Bracket.object && kind !== Bracket.classBody) return false;
    // `a` and `b` in two lines are two fields.
    if (!this.keyNext && kind === Bracket.classBody && this.newline && this.prev <= Prev.arrowEnd) this.endLine();
    return this.keyNext;
  }

  literal(end: number): void {
    if (this.isAtKey()) {
      this.at = end;
      this.afterKey();
      return;
    }
    this.beginOperand();
    this.at = end;
    this.after(Prev.operand);
  }

  /** Behind it come `:`, `=`, `(` or nothing. */
  afterKey(): void {
    this.keyNext = false;
    this.after(Prev.key);
  }

  /** True in code that may run after the module has: in functions, their parameters, class bodies. */
  runsLater(): boolean {
    if (this.functions.depth > 0) return true;
    const { kind, flags, top } = this.nest;
    for (let k = top; k > 0; k--) {
      if (kind[k] === Bracket.classBody || ((flags[k] as number) & (Flag.parameters | Flag.maybeAsync)) !== 0)
        return true;
    }
    return false;
  }

  /** `arguments` belongs to a function that is no arrow function. */
  hasOwnArguments(): boolean {
    const { functions, nest } = this;
    for (let depth = functions.depth; depth > 0; depth--)
      if (((functions.flags[depth] as number) & Flag.arrow) === 0) return true;
    for (let k = nest.top; k > 0; k--)
      if (((nest.flags[k] as number) & Flag.parameters) !== 0 || nest.kind[k] === Bracket.classBody) return true;
    return false;
  }

  /** A binding pattern outside of functions: more names than it binds may be in it. */
  notePatternNames(): void {
    if (this.functions.depth > 0 || (this.closedFlags & Flag.binding) === 0) return;
    for (const match of this.source.slice(this.closedStart, this.at).matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu))
      this.declared.add(match[0]);
  }

  /**
   * An assignment to what stands before: a name, a
   * pattern, or a member (which changes no binding).
   */
  assignsPrevious(): void {
    if (this.prev !== Prev.operand) return;
    if (this.nameStart >= 0) {
      if (!this.nameDeclared) this.assigned.note(this.nameStart, this.prevEnd, this.runsLater());
    } else if (
      this.prevChar === Code.squareClose ||
      this.prevChar === Code.braceClose ||
      this.prevChar === Code.parenClose
    ) {
      // A pattern, or a target in parentheses; but not `a[i]`, not a declaration.
      if ((this.closedFlags & (Flag.binding | Flag.call)) === 0)
        this.assigned.notePattern(this.closedStart, this.prevEnd, this.runsLater());
    }
  }

  /** A prefix operator: it begins an expression but is no operand yet. */
  beginPrefix(): void {
    if (this.prev > Prev.arrowEnd) return;
    if (!this.newline) throw new Bail(`prefix behind an operand at ${this.at}`);
    this.endLine();
  }

  /** The innermost function waits somewhere: a rejection may arrive in its handlers. */
  get waits(): boolean {
    const { functions } = this;
    return functions.depth === 0 ? this.hasTopLevelAwait : functions.awaits[functions.depth] === true;
  }

  /** Only an async function, or a module's top level, may wait. */
  checkAwait(): void {
    const functions = this.functions;
    if (functions.depth === 0) {
      if (!this.isModule) throw new Bail('await outside of an async function');
      this.hasTopLevelAwait = true;
    } else if (((functions.flags[functions.depth] as number) & Flag.async) === 0) {
      throw new Bail('await outside of an async function');
    }
  }
}

/** Moves over a punctuator of `length` characters, the last of which is `char`. */
export function step(s: ScanState, length: number, prev: number, char: number): void {
  s.at += length;
  s.after(prev, char);
}
