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
  /** Inside double quotes: its parts are expanded, and what they give is not split and no pattern. */
  | { readonly kind: 'double'; readonly parts: Word }
  /** `$name`, `${name}`, `${name:-word}`. A `word` comes with every operator and may be empty. */
  | { readonly kind: 'parameter'; readonly name: string; readonly operator?: ParameterOperator; readonly word?: Word }
  /** `${#name}` */
  | { readonly kind: 'length'; readonly name: string }
  /** `${…}` that means nothing here: an error only when it is expanded. */
  | { readonly kind: 'bad' }
  /** `$(…)` and backquotes, which are the same once they are parsed. */
  | { readonly kind: 'substitution'; readonly body: readonly Command[] }
  /** `$((…))`: still words, since XCU 2.6.4 expands the expression before it is read. */
  | { readonly kind: 'arithmetic'; readonly expression: Word };

/** XCU 2.6.2. With the colon an empty value counts as none; the last four cut a pattern off. */
export type ParameterOperator = '-' | ':-' | '=' | ':=' | '?' | ':?' | '+' | ':+' | '#' | '##' | '%' | '%%';

/**
 * A word as its parts, in order; none at all is `''` without
 * the quotes, which the parser never gives a command.
 */
export type Word = readonly WordPart[];

/** `name=value` before a command, or alone. */
export interface Assignment {
  readonly name: string;
  readonly value: Word;
  /** `name+=value`, outside POSIX. */
  readonly append?: boolean;
}

/** XCU 2.7. `<<` is every kind of here-document: what `<<-` and `<<<` add is done by the parser. */
export type RedirectOperator = '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '<<';

/** One redirection; `&>` of bash makes two. */
export interface Redirect {
  readonly operator: RedirectOperator;
  /** The descriptor that changes: written out, else 0 or 1 by the operator. */
  readonly fd: number;
  /** The file name, the descriptor, or the text of a here-document. */
  readonly target: Word;
}

/** One `pattern | pattern) body ;;`. */
export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: readonly Command[];
}

/** What stands in `[[ … ]]`. A word alone is `-n word`. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word };

/**
 * A command of XCU 2.9. Those with a `line` keep it for
 * messages and `$LINENO`; others take it from what is in them.
 */
export type Command =
  | SimpleCommand
  /**
   * `negated`: an odd number of `!`. A pipeline of
   * one stage exists only so that it can be negated.
   */
  | { readonly kind: 'pipeline'; readonly negated: boolean; readonly stages: readonly Command[] }
  | { readonly kind: 'and' | 'or'; readonly left: Command; readonly right: Command }
  /** `text` is what `jobs` shows: as it was typed, without the `&`. */
  | { readonly kind: 'background'; readonly command: Command; readonly text: string }
  | { readonly kind: 'group' | 'subshell'; readonly body: readonly Command[] }
  /** `elif` is an `if` alone in `otherwise`; no `else` is an empty one. */
  | {
      readonly kind: 'if';
      readonly condition: readonly Command[];
      readonly then: readonly Command[];
      readonly otherwise: readonly Command[];
    }
  | { readonly kind: 'while' | 'until'; readonly condition: readonly Command[]; readonly body: readonly Command[] }
  /** `words` is absent where `in` was: then the positional parameters. */
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly words?: readonly Word[];
      readonly body: readonly Command[];
      readonly line: number;
    }
  | { readonly kind: 'case'; readonly subject: Word; readonly items: readonly CaseItem[]; readonly line: number }
  /** `f() …` and `function f`. The body is any compound command, its redirections inside it. */
  | { readonly kind: 'function'; readonly name: string; readonly body: Command }
  | { readonly kind: 'condition'; readonly test: Condition; readonly line: number }
  /** A compound command with redirections, which last while it runs. */
  | { readonly kind: 'redirected'; readonly command: Command; readonly redirects: readonly Redirect[] };

/**
 * The leaf: assignments, words and redirections, each in the order
 * of the text (XCU 2.9.1). Any two of the three may be empty.
 */
export interface SimpleCommand {
  readonly kind: 'simple';
  readonly line: number;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}
