/**
 * Names that something assigns to. Conservative: scopes are not told apart,
 * so a local variable of the same name counts as well.
 *
 * Only assignments that can happen after the module has run matter: an
 * importer outside of an import cycle cannot run before. What stands at the
 * top level is therefore kept apart, until it turns out whether the
 * parentheses around it were the parameters of an arrow function.
 */
export class AssignedNames {
  readonly later = new Set<string>();
  readonly #source: string;
  readonly #topLevel: { readonly at: number; readonly name: string }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  note(start: number, end: number, runsLater: boolean): void {
    const name = this.#source.slice(start, end);
    if (runsLater) this.later.add(name);
    else this.#topLevel.push({ at: start, name });
  }

  /** Every name in a destructuring target, also those that are only read there. */
  notePattern(start: number, end: number, runsLater: boolean): void {
    // A name too many only makes an import live; one too few would freeze it.
    for (const match of this.#source.slice(start, end).matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) {
      if (runsLater) this.later.add(match[0]);
      else this.#topLevel.push({ at: start, name: match[0] });
    }
  }

  /** The parentheses opened at `start` hold parameters: their default values run when called. */
  promote(start: number): void {
    // From behind: what lies in the parentheses was noted last.
    for (let k = this.#topLevel.length - 1; k >= 0; k--) {
      const entry = this.#topLevel[k] as { at: number; name: string };
      if (entry.at < start) break;
      this.later.add(entry.name);
    }
  }
}
