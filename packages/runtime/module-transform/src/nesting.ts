/**
 * The scanner's memory of where it is: open brackets, functions and awaits.
 * Parallel arrays instead of objects: this is touched for every bracket of
 * every module.
 */

/** Kind of an open bracket; `root` is the text itself. */
export const enum Bracket {
  root = 0,
  paren = 1,
  square = 2,
  block = 3,
  object = 4,
  classBody = 5,
  functionBody = 6,
  template = 7,
  /** `${ … }` */
  substitution = 8,
}

/**
 * Bits, several at once: what a bracket encloses and what its end means. Open functions and waiting classes carry
 * them too.
 */
export const enum Flag {
  none = 0,
  parameters = 1,
  /** Head of `if`, `while`, `with`, `switch`, `for` or `catch`. */
  header = 2,
  forHeader = 4,
  forAwait = 8,
  async = 16,
  generator = 32,
  /** A declaration: a new statement follows its `}`. */
  statement = 64,
  arrow = 128,
  method = 256,
  /** `async (` that may turn out to be a call or an arrow function. */
  maybeAsync = 512,
  /** A binding pattern of `let`, `const`, `var`. */
  binding = 1024,
  computedKey = 2048,
  /** `of` of this for header has been seen: its iterable is wrapped. */
  iterable = 4096,
  /** Arguments of a call or an index: neither parameters nor a pattern. */
  call = 8192,
  /** Arguments of a direct `eval`. */
  evalCall = 16384,
  catchHeader = 32768,
}

/** What a declaration makes of the names in its list. */
export const enum Declares {
  nothing = 0,
  local = 1,
  exported = 2,
  exportedConstant = 3,
}

/** The open brackets, innermost last. */
export class Nesting {
  /** Index of the innermost bracket; the root is 0. */
  top = 0;
  readonly kind: number[] = [Bracket.root];
  readonly start: number[] = [0];
  readonly flags: number[] = [Flag.none];
  /** Ternaries waiting for their colon. */
  readonly ternaries: number[] = [0];
  /** `Declares`: what a name in this list of a `let`, `const`, `var` is. */
  readonly declares: number[] = [Declares.nothing];

  /** Slots are used again: an old value must not be left in one. */
  open(kind: number, start: number, flags: number): void {
    const top = ++this.top;
    this.kind[top] = kind;
    this.start[top] = start;
    this.flags[top] = flags;
    this.ternaries[top] = 0;
    this.declares[top] = Declares.nothing;
  }
}

/** The open functions, innermost last. */
export class Functions {
  /** 0 = no function is open. */
  depth = 0;
  readonly flags: number[] = [Flag.none];
  /** Bracket that the function body is (block) or lies in (expression). */
  readonly bracket: number[] = [0];
  /** Arrow function with an expression body: it ends where the expression ends. */
  readonly isExpression: boolean[] = [false];
  readonly ternaries: number[] = [0];
  /** An `await` has been met in it: it needs the frame variable. */
  readonly awaits: boolean[] = [false];

  /**
   * `bracket`, `ternaries`: where an arrow function with
   * an expression ends, see `colon` and `endArrows`.
   */
  enter(flags: number, bracket: number, isExpression: boolean, ternaries: number): void {
    const depth = ++this.depth;
    this.flags[depth] = flags;
    this.bracket[depth] = bracket;
    this.isExpression[depth] = isExpression;
    this.ternaries[depth] = ternaries;
    this.awaits[depth] = false;
  }
}
