/**
 * The syntax tree of a script. Plain data: a subshell that runs in a worker of
 * its own gets its part of the tree as JSON.
 */

/** A piece of a word, before expansion. */
export type WordPart =
  /** Unquoted text: its `*`, `?`, `[` are patterns. */
  | { readonly kind: 'text'; readonly text: string }
  /** Text from single quotes, a backslash or inside double quotes: only itself. */
  | { readonly kind: 'quoted'; readonly text: string }
  | { readonly kind: 'double'; readonly parts: Word }
  | { readonly kind: 'parameter'; readonly name: string; readonly operator?: ParameterOperator; readonly word?: Word }
  | { readonly kind: 'length'; readonly name: string }
  /** `${…}` that means nothing here: an error only when it is expanded. */
  | { readonly kind: 'bad' }
  | { readonly kind: 'substitution'; readonly body: readonly Command[] }
  | { readonly kind: 'arithmetic'; readonly expression: Word };

export type ParameterOperator = '-' | ':-' | '=' | ':=' | '?' | ':?' | '+' | ':+' | '#' | '##' | '%' | '%%';

export type Word = readonly WordPart[];

export interface Assignment {
  readonly name: string;
  readonly value: Word;
  /** `name+=value`, outside POSIX. */
  readonly append?: boolean;
}

export type RedirectOperator = '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '<<';

export interface Redirect {
  readonly operator: RedirectOperator;
  readonly fd: number;
  /** The file name, the descriptor, or the text of a here-document. */
  readonly target: Word;
}

export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: readonly Command[];
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word };

export type Command =
  | SimpleCommand
  | { readonly kind: 'pipeline'; readonly negated: boolean; readonly stages: readonly Command[] }
  | { readonly kind: 'and' | 'or'; readonly left: Command; readonly right: Command }
  | { readonly kind: 'background'; readonly command: Command; readonly text: string }
  | { readonly kind: 'group' | 'subshell'; readonly body: readonly Command[] }
  | { readonly kind: 'if'; readonly condition: readonly Command[]; readonly then: readonly Command[]; readonly otherwise: readonly Command[] }
  | { readonly kind: 'while' | 'until'; readonly condition: readonly Command[]; readonly body: readonly Command[] }
  /** `words` is absent where `in` was: then the positional parameters. */
  | { readonly kind: 'for'; readonly variable: string; readonly words?: readonly Word[]; readonly body: readonly Command[]; readonly line: number }
  | { readonly kind: 'case'; readonly subject: Word; readonly items: readonly CaseItem[]; readonly line: number }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command }
  | { readonly kind: 'condition'; readonly test: Condition; readonly line: number }
  | { readonly kind: 'redirected'; readonly command: Command; readonly redirects: readonly Redirect[] };

export interface SimpleCommand {
  readonly kind: 'simple';
  readonly line: number;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}
