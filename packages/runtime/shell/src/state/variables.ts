/** `value` is absent for a name that was only marked, as `export x` does before x is set. */
export interface Variable {
  readonly value: string | undefined;
  readonly exported: boolean;
  readonly readonly: boolean;
}

/** One variable as JSON; `null` is no value. */
export type VariableJson = readonly [name: string, value: string | null, exported: boolean, readonly: boolean];

/** Assigning to a readonly variable; the caller words the message. */
export type AssignResult = { readonly outcome: 'assigned' } | { readonly outcome: 'readonly'; readonly name: string };
const ASSIGNED: AssignResult = { outcome: 'assigned' };

/** The variables of a shell with the `local` frames of running functions. */
export class Variables {
  #variables: Map<string, Variable>;
  /** What each running function hid with `local`, to be put back. */
  readonly #frames: Map<string, Variable | undefined>[] = [];
  /** Environment entries whose names are no shell names; children still get them. */
  readonly #foreign: ReadonlyMap<string, string>;

  constructor(variables: Map<string, Variable> = new Map(), foreign: ReadonlyMap<string, string> = new Map()) {
    this.#variables = variables;
    this.#foreign = foreign;
  }

  /** The variables a shell begins with: what its parent exported, all exported again (XCU 2.5.3). */
  static fromEnvironment(env: Readonly<Record<string, string>>): Variables {
    const variables = new Map<string, Variable>();
    const foreign = new Map<string, string>();
    for (const [name, value] of Object.entries(env)) {
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) variables.set(name, { value, exported: true, readonly: false });
      else foreign.set(name, value);
    }
    return new Variables(variables, foreign);
  }

  /** For a subshell. Without the frames: it never returns from the function around it. */
  clone(): Variables {
    return new Variables(new Map(this.#variables), this.#foreign);
  }

  get(name: string): string | undefined {
    return this.#variables.get(name)?.value;
  }

  describe(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

  /** Assigns. Once exported a name stays so; `exported` only adds it (`set -a`). */
  set(name: string, value: string, exported = false): AssignResult {
    const before = this.#variables.get(name);
    if (before?.readonly === true) return { outcome: 'readonly', name };
    this.#variables.set(name, { value, exported: exported || (before?.exported ?? false), readonly: false });
    return ASSIGNED;
  }

  unset(name: string): AssignResult {
    if (this.#variables.get(name)?.readonly === true) return { outcome: 'readonly', name };
    this.#variables.delete(name);
    return ASSIGNED;
  }

  /**
   * Changes the marks that are given, and makes the name known when it
   * is not. Does not look at readonly, which only guards the value.
   */
  mark(name: string, marks: { exported?: boolean; readonly?: boolean }): void {
    const before = this.#variables.get(name);
    this.#variables.set(name, {
      value: before?.value,
      exported: marks.exported ?? before?.exported ?? false,
      readonly: marks.readonly ?? before?.readonly ?? false,
    });
  }

  names(): string[] {
    return [...this.#variables.keys()].sort();
  }

  /**
   * What a child gets: exported variables that have
   * a value, and the entries that were no variables.
   */
  environment(): Record<string, string> {
    const env: Record<string, string> = Object.fromEntries(this.#foreign);
    for (const [name, variable] of this.#variables) {
      if (variable.exported && variable.value !== undefined) env[name] = variable.value;
    }
    return env;
  }

  /** A function begins; `popFrame` when it ends, in whatever way. */
  pushFrame(): void {
    this.#frames.push(new Map());
  }

  popFrame(): void {
    const frame = this.#frames.pop();
    if (frame !== undefined) for (const [name, variable] of frame) this.restore(name, variable);
  }

  /**
   * `local name`: false outside a function. Only the first in a
   * function saves what is outside; a second one changes nothing.
   */
  makeLocal(name: string): boolean {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return false;
    if (!frame.has(name)) frame.set(name, this.#variables.get(name));
    return true;
  }

  /**
   * Puts a variable back as `describe` gave it, also a
   * readonly one: what was temporary ends without a question.
   */
  restore(name: string, variable: Variable | undefined): void {
    if (variable === undefined) this.#variables.delete(name);
    else this.#variables.set(name, variable);
  }

  toJson(): VariableJson[] {
    return [...this.#variables].map(([name, { value, exported, readonly }]) => [
      name,
      value ?? null,
      exported,
      readonly,
    ]);
  }

  /** What `toJson` gave. `env` adds the entries that are no variables, which it leaves out. */
  static fromJson(entries: readonly VariableJson[], env: Readonly<Record<string, string>>): Variables {
    const foreign = new Map(Object.entries(env).filter(([name]) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)));
    const variables = new Map(
      entries.map(([name, value, exported, readonly]): [string, Variable] => [
        name,
        { value: value ?? undefined, exported, readonly },
      ]),
    );
    return new Variables(variables, foreign);
  }
}
