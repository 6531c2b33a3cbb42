/** A script that cannot be parsed; the message is dash's, without `Syntax error:` before it. */
export class ShellSyntaxError extends Error {
  /** Where the parser noticed, from 1. That of an unclosed quote is where the quote began. */
  readonly line: number;
  /** True when the text merely ended too early: an interactive shell asks for more. */
  readonly incomplete: boolean;

  constructor(line: number, message: string, incomplete = false) {
    super(message);
    this.line = line;
    this.incomplete = incomplete;
  }
}
