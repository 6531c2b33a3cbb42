/** A script that cannot be parsed. */
export class ShellSyntaxError extends Error {
  readonly line: number;
  /** True when the text merely ended too early: an interactive shell asks for more. */
  readonly incomplete: boolean;

  constructor(line: number, message: string, incomplete = false) {
    super(message);
    this.line = line;
    this.incomplete = incomplete;
  }
}
