export interface Variable {
  readonly value: string | undefined;
  readonly exported: boolean;
  readonly readonly: boolean;
}

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

  static fromEnvironment(env: Readonly<Record<string, string>>): Variables {
    const variables = new Map<string, Variable>();
    const foreign = new Map<string, string>();
    for (const [name, value] of Object.entries(env)) {
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) variables.set(name, { value, exported: true, readonly: false });
      else foreign.set(name, value);
    }
    return new Variables(variables, foreign);
  }

  clone(): Variables {
    return new Variables(new Map(this.#variables), this.#foreign);
  }

  get(name: string): string | undefined {
    return this.#variables.get(name)?.value;
  }

  describe(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

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

  mark(name: string, marks: { exported?: boolean; readonly?: boolean }): void {
    const before = this.#variables.get(name);
    this.#variables.set(name, { value: before?.value, exported: marks.exported ?? before?.exported ?? false, readonly: marks.readonly ?? before?.readonly ?? false });
  }

  names(): string[] {
    return [...this.#variables.keys()].sort();
  }

  /** What a child gets. */
  environment(): Record<string, string> {
    const env: Record<string, string> = Object.fromEntries(this.#foreign);
    for (const [name, variable] of this.#variables) {
      if (variable.exported && variable.value !== undefined) env[name] = variable.value;
    }
    return env;
  }

  pushFrame(): void {
    this.#frames.push(new Map());
  }

  popFrame(): void {
    const frame = this.#frames.pop();
    if (frame !== undefined) for (const [name, variable] of frame) this.restore(name, variable);
  }

  /** `local name`: false outside a function. */
  makeLocal(name: string): boolean {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return false;
    if (!frame.has(name)) frame.set(name, this.#variables.get(name));
    return true;
  }

  restore(name: string, variable: Variable | undefined): void {
    if (variable === undefined) this.#variables.delete(name);
    else this.#variables.set(name, variable);
  }

  toJson(): VariableJson[] {
    return [...this.#variables].map(([name, { value, exported, readonly }]) => [name, value ?? null, exported, readonly]);
  }

  /** `env` gives the exported values, so that they travel once. */
  static fromJson(entries: readonly VariableJson[], env: Readonly<Record<string, string>>): Variables {
    const foreign = new Map(Object.entries(env).filter(([name]) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)));
    const variables = new Map(entries.map(([name, value, exported, readonly]): [string, Variable] => [name, { value: value ?? undefined, exported, readonly }]));
    return new Variables(variables, foreign);
  }
}
