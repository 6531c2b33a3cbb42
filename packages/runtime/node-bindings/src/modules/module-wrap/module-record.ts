/**
 * A module of the graph. Names in brackets are the fields of ECMA-262 16.2.1.5
 * (Cyclic Module Records).
 */
import type { ModuleBody, ModuleRequest, ModuleTables } from '@slipway/module-transform';

/** v8::Module::Status: only grows; lib compares the numbers. */
export const Status = {
  uninstantiated: 0,
  instantiating: 1,
  instantiated: 2,
  evaluating: 3,
  evaluated: 4,
  errored: 5,
} as const;

/** [[AsyncEvaluationOrder]]: not asynchronous, or over. A number = still to come. */
export const UNSET = -1;
/** [[AsyncEvaluationOrder]]: it was asynchronous and has settled. */
export const DONE = -2;

/** Reads a binding; throws in its dead zone. */
export type Getter = () => unknown;

/** Where a name leads: to a binding of a module, or to its namespace object. */
export interface Resolution {
  readonly module: ModuleRecord;
  /** `undefined` = the namespace. */
  readonly binding: string | undefined;
}

/** [[TopLevelCapability]]: of the module whose evaluation was asked for; the promise all askers share. */
export interface TopLevelCapability {
  readonly promise: Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

abstract class AnyRecord {
  readonly url: string;
  readonly requests: readonly ModuleRequest[];
  /** Modules behind `requests`, in that order; `undefined` until linked. */
  dependencies: readonly ModuleRecord[] | undefined;
  /** The ModuleWrap, as lib knows this record. */
  wrap: object | undefined;

  status: number = Status.uninstantiated;
  /** [[EvaluationError]]; only meaningful when `status` is errored. */
  error: unknown;

  /** Part of an import cycle: its functions may be called before its body has run. */
  isCyclic = false;
  /** What the exported names lead to; known once instantiated. */
  exports: ReadonlyMap<string, Resolution> | undefined;
  namespace: object | undefined;
  /** `import source`: the compiled WebAssembly module. */
  sourceObject: object | undefined;

  // The fields of ECMA-262's search for cycles and of asynchronous evaluation, under their names: [[DFSIndex]],
  // [[DFSAncestorIndex]], [[CycleRoot]], [[AsyncEvaluationOrder]], [[AsyncParentModules]],
  // [[PendingAsyncDependencies]].
  dfsIndex = 0;
  dfsAncestorIndex = 0;
  cycleRoot: ModuleRecord | undefined;
  asyncOrder = UNSET;
  asyncParents: ModuleRecord[] = [];
  pendingDependencies = 0;
  topLevelCapability: TopLevelCapability | undefined;

  constructor(url: string, requests: readonly ModuleRequest[]) {
    this.url = url;
    this.requests = requests;
  }

  /** The module's own bindings by export name; filled when its code (or its step 1) runs. */
  abstract getter(binding: string): Getter | undefined;
  /** True when the binding may change after the module has been evaluated. */
  abstract isMutable(binding: string): boolean;
}

/** Source Text Module Record, ECMA-262 16.2.1.7. Its body is compiled once or twice: see `instantiate.ts`. */
export class SourceTextRecord extends AnyRecord {
  readonly kind = 'source-text';
  readonly tables: ModuleTables;
  /** Until instantiated: live bindings may need another look at it. */
  source: string | undefined;
  /** What stands around its text: the names of the vm context it belongs to. */
  scope: object | undefined;
  readonly prefix: string;
  /** The compiled body; takes the arguments of `assembleModule`. */
  code: ((...values: unknown[]) => unknown) | undefined;
  /** In two-step mode: the generator, stopped behind step 1. */
  generator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  /** Offset of the top-level await that was reached last. */
  waitsAt: number | undefined;
  /** Exports that are assigned to somewhere after their declaration. */
  readonly #mutable: ReadonlySet<string>;
  #getters: Record<string, Getter> | undefined;
  #waiting: (() => void)[] = [];

  constructor(url: string, source: string, tables: ModuleTables, body: ModuleBody) {
    super(url, tables.requests);
    this.source = source;
    this.tables = tables;
    this.prefix = body.prefix;
    this.#mutable = new Set(tables.mutableExports);
  }

  /** [[HasTLA]]: its body is an async function, and it makes its importers wait. */
  get hasTopLevelAwait(): boolean {
    return this.tables.hasTopLevelAwait;
  }

  /** Called by the body (or its step 1) first of all; an own property, as it is passed around without its record. */
  readonly register = (getters: Record<string, Getter>): void => {
    this.#getters = getters;
    for (const task of this.#waiting) task();
    this.#waiting = [];
  };

  /** Runs `task` once the getters are there. */
  whenRegistered(task: () => void): void {
    this.#waiting.push(task);
  }

  override getter(binding: string): Getter | undefined {
    return this.#getters?.[binding];
  }

  override isMutable(binding: string): boolean {
    return this.#mutable.has(binding);
  }
}

/** A module whose exports are set by a function: builtins, CommonJS, JSON, vm.SyntheticModule. */
export class SyntheticRecord extends AnyRecord {
  readonly kind = 'synthetic';
  readonly names: readonly string[];
  readonly evaluationSteps: () => unknown;
  readonly hasTopLevelAwait = false;
  /** A program may set exports of its own synthetic modules at any time. */
  readonly isProgramMade: boolean;
  readonly #values = new Map<string, unknown>();
  readonly #getters = new Map<string, Getter>();
  #onChange: ((name: string) => void)[] = [];

  constructor(url: string, names: readonly string[], evaluationSteps: () => unknown, isProgramMade: boolean) {
    super(url, []);
    this.names = names;
    this.evaluationSteps = evaluationSteps;
    this.isProgramMade = isProgramMade;
    for (const name of names) {
      // Undefined until set, and no dead zone: CommonJS exports are there before they have a value.
      this.#values.set(name, undefined);
      this.#getters.set(name, () => this.#values.get(name));
    }
  }

  /** False when there is no such export. */
  setExport(name: string, value: unknown): boolean {
    if (!this.#values.has(name)) return false;
    this.#values.set(name, value);
    for (const task of this.#onChange) task(name);
    return true;
  }

  /** `task` hears of every export that is set from now on; there is no way back, as the namespace lives as long. */
  onChange(task: (name: string) => void): void {
    this.#onChange.push(task);
  }

  override getter(binding: string): Getter | undefined {
    return this.#getters.get(binding);
  }

  override isMutable(): boolean {
    return this.isProgramMade;
  }
}

/** Either kind of module; `kind` tells them apart, since classes of another realm would fail `instanceof`. */
export type ModuleRecord = SourceTextRecord | SyntheticRecord;
