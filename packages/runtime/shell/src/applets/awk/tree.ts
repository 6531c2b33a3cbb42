/**
 * The tree of an awk program (XCU awk). An expression; a `call` without
 * a name is a list in parentheses, which only `in` and print take.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly index: Expression }
  | { readonly kind: 'element'; readonly name: string; readonly subscripts: readonly Expression[] }
  | { readonly kind: 'assign'; readonly operator: string; readonly target: Target; readonly value: Expression }
  | { readonly kind: 'step'; readonly operator: '++' | '--'; readonly prefix: boolean; readonly target: Target }
  | { readonly kind: 'unary'; readonly operator: '!' | '-' | '+'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'concat'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'match'; readonly negated: boolean; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'in'; readonly subscripts: readonly Expression[]; readonly name: string }
  | {
      readonly kind: 'conditional';
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'group'; readonly inner: Expression }
  /** `getline`, `getline < file`, `command | getline`. */
  | {
      readonly kind: 'getline';
      readonly target: Target | undefined;
      readonly file: Expression | undefined;
      readonly command: Expression | undefined;
    };

/** What `=`, `++` and `getline` may write to; anything else there is a syntax error. */
export type Target = Extract<Expression, { kind: 'variable' | 'field' | 'element' }>;

/** Where `print > file`, `>> file` and `| command` send the output. */
export interface OutputTarget {
  readonly operator: '>' | '>>' | '|';
  readonly to: Expression;
}

/** A statement; the body of a loop or a rule is one, often a block. */
export type Statement =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'print'; readonly args: readonly Expression[]; readonly output: OutputTarget | undefined }
  | { readonly kind: 'printf'; readonly args: readonly Expression[]; readonly output: OutputTarget | undefined }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: Statement;
      readonly otherwise: Statement | undefined;
    }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: Statement }
  | { readonly kind: 'do'; readonly condition: Expression; readonly body: Statement }
  | {
      readonly kind: 'for';
      readonly start: Statement | undefined;
      readonly condition: Expression | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | { readonly kind: 'for-in'; readonly variable: string; readonly array: string; readonly body: Statement }
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'break' | 'continue' | 'next' }
  | { readonly kind: 'exit' | 'return'; readonly value: Expression | undefined }
  | { readonly kind: 'delete'; readonly name: string; readonly subscripts: readonly Expression[] | undefined };

/**
 * When a rule runs: before all, after all, for each record,
 * for those that fit, or from one that fits to another.
 */
export type Pattern =
  | { readonly kind: 'begin' | 'end' | 'always' }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'range'; readonly from: Expression; readonly to: Expression };

/** `pattern { action }`. */
export interface Rule {
  readonly pattern: Pattern;
  /** `undefined` = print the record. */
  readonly action: Statement | undefined;
}

/** Parameters that a call does not give are its local variables, as awk programmers use them. */
export interface AwkFunction {
  readonly parameters: readonly string[];
  readonly body: Statement;
}

/** Rules in the order of the text, which is the order in which they see a record. */
export interface Program {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}
