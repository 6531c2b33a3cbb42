import { PluginFailure } from '../ground/plugin-failure.ts';
import { InstantiationError } from '../ground/refusal.ts';
import type { CoreType } from '../wasm/decode-module.ts';
import { METER_MODULE } from '../wasm/meter-globals.ts';
import { computeConstants } from './compute-constants.ts';
import { GUEST_INTERFACE, type GuestMethod, type HostFunction, WORLD_EXPORTS, WORLD_IMPORTS } from './world.ts';
import {
  flatten,
  type GuestMemory,
  liftArguments,
  load,
  lowerArguments,
  store,
  type WitFunction,
  type WitValue,
} from './canonical-abi.ts';
import type { CanonOptions, Component, Definition, NamedIndex, Sort, SortIndex } from './decode-component.ts';
import type { Counters } from './counters.ts';
import type { Plan } from './prepare.ts';

/** Called in the middle of the guest, so none of them may wait. */
export type HostFunctions = Readonly<Record<HostFunction, (args: readonly WitValue[]) => WitValue>>;

/** A component with its modules compiled; may be posted to other threads. */
export interface CompiledComponent {
  readonly plan: Plan;
  readonly modules: readonly WebAssembly.Module[];
}

interface CoreFunction {
  readonly call: (...flat: never[]) => unknown;
  /** Undefined where all types will do: it traps whatever it is called with. */
  readonly type: CoreType | undefined;
}

interface Options {
  readonly memory: WebAssembly.Memory | undefined;
  readonly realloc: CoreFunction | undefined;
  readonly postReturn: CoreFunction | undefined;
}

type ComponentFunction =
  | { readonly from: 'host'; readonly name: HostFunction; readonly type: WitFunction }
  | { readonly from: 'guest'; readonly func: CoreFunction; readonly options: Options }
  | { readonly from: 'nobody'; readonly name: string };

type CoreValue = CoreFunction | WebAssembly.ExportValue;
type CoreExports = Map<string, { sort: Sort; value: CoreValue }>;
/** Answers by name; an instance that is not offered has every function, and each traps. */
interface Instance {
  get(name: string): { sort: Sort; value: unknown } | undefined;
}

/** An instance of a plugin, good for one call. */
export interface LinkedPlugin {
  call(method: GuestMethod, args: readonly WitValue[]): WitValue;
  /** Bytes of all memories now. */
  memoryBytes(): number;
}

/**
 * Instantiates a component in the fixed world. Throws `InstantiationError` where it cannot
 * be linked, `PluginFailure` where it exceeds a limit; what its start functions throw comes out as it is.
 */
export function linkPlugin(component: CompiledComponent, counters: Counters, host: HostFunctions): LinkedPlugin {
  const linker = new Linker(component, counters, host);
  const exports = linker.instantiate(component.plan.root, worldImports());
  const guest = exports.get(GUEST_INTERFACE);
  if (guest?.sort !== 'instance') throw new InstantiationError(`it does not export "${GUEST_INTERFACE}"`);
  const methods = new Map<string, Extract<ComponentFunction, { from: 'guest' }>>();
  for (const [name, type] of Object.entries(WORLD_EXPORTS)) {
    const found = (guest.value as Instance).get(name);
    const func = found?.sort === 'function' ? (found.value as ComponentFunction) : undefined;
    if (func?.from !== 'guest') throw new InstantiationError(`it does not export "${name}" of "${GUEST_INTERFACE}"`);
    mustMatch(func.func.type, flatten(type, 'lift'), `its function "${name}"`);
    methods.set(name, func);
  }
  return {
    call: (method, args) => linker.callGuest(methods.get(method)!, WORLD_EXPORTS[method], args),
    memoryBytes: () => linker.memoryBytes(),
  };
}

/**
 * What the outermost component imports from. Every instance and every function is there, whatever its name:
 * what the world does not have fails only when it is called, because toolchains import more than programs
 * use.
 */
function worldImports(): Instance {
  return {
    get: (name) => {
      const functions = (WORLD_IMPORTS as Record<string, Record<string, WitFunction>>)[name];
      const instance: Instance = {
        get: (of) => {
          const type = functions !== undefined && Object.hasOwn(functions, of) ? functions[of] : undefined;
          const value: ComponentFunction = type
            ? { from: 'host', name: of as HostFunction, type }
            : { from: 'nobody', name: `${name} ${of}` };
          return { sort: 'function', value };
        },
      };
      return { sort: 'instance', value: instance };
    },
  };
}

/**
 * Throws `InstantiationError` where a core function has not the flattened type that its place wants. Without
 * a type anything goes.
 */
function mustMatch(found: CoreType | undefined, wanted: CoreType, what: string): void {
  const text = (type: CoreType) => `${type.params.join()}:${type.results.join()}`;
  if (found && text(found) !== text(wanted)) throw new InstantiationError(`${what} has another type than the world’s`);
}

/** Things of one component by sort and number. */
class IndexSpaces {
  readonly #spaces = new Map<Sort, unknown[]>();

  /** Numbers are given in order of arrival, for each sort by itself, as the component model counts. */
  add(sort: Sort, value: unknown): void {
    const space = this.#spaces.get(sort) ?? [];
    this.#spaces.set(sort, space);
    space.push(value);
  }

  get<T>({ sort, index }: SortIndex): T {
    const space = this.#spaces.get(sort);
    if (!space || index >= space.length) throw new InstantiationError(`it names a ${sort} that is not there`);
    return space[index] as T;
  }
}

class Linker {
  readonly #compiled: CompiledComponent;
  readonly #counters: Counters;
  readonly #host: HostFunctions;
  readonly #memories = new Set<WebAssembly.Memory>();
  /** While the guest allocates for us it may not call us: the component model forbids it. */
  #mayLeave = true;
  #steps = 0;

  constructor(compiled: CompiledComponent, counters: Counters, host: HostFunctions) {
    this.#compiled = compiled;
    this.#counters = counters;
    this.#host = host;
  }

  memoryBytes(): number {
    let bytes = 0;
    for (const memory of this.#memories) bytes += memory.buffer.byteLength;
    return bytes;
  }

  /** Carries out a component's definitions in their order; `STEPS` bounds them over all nested components. */
  instantiate(component: Component, imports: Instance): Map<string, { sort: Sort; value: unknown }> {
    const spaces = new IndexSpaces();
    const exports = new Map<string, { sort: Sort; value: unknown }>();
    for (const definition of component.definitions) {
      // Components that instantiate each other twice grow as a power of their depth.
      if (++this.#steps > STEPS) throw new InstantiationError('it instantiates too many components');
      this.#define(definition, spaces, imports, exports);
    }
    return exports;
  }

  /** One definition; whatever it makes gets the next number of its sort, also what is exported. */
  #define(
    definition: Definition,
    spaces: IndexSpaces,
    imports: Instance,
    exports: Map<string, { sort: Sort; value: unknown }>,
  ): void {
    switch (definition.kind) {
      case 'core module':
        return spaces.add('core module', definition.module);
      case 'core instance':
        return spaces.add('core instance', this.#instantiateCore(definition, spaces));
      case 'core exports':
      case 'exports':
        return spaces.add(
          definition.kind === 'exports' ? 'instance' : 'core instance',
          pick(definition.exports, spaces),
        );
      case 'component':
        return spaces.add('component', definition.component);
      case 'instance': {
        const nested = spaces.get<Component>({ sort: 'component', index: definition.component });
        return spaces.add('instance', this.instantiate(nested, pick(definition.args, spaces)));
      }
      case 'alias': {
        const sort = definition.core ? 'core instance' : 'instance';
        const found = spaces.get<Instance>({ sort, index: definition.instance }).get(definition.name);
        if (found?.sort !== definition.sort) throw new InstantiationError(`nothing exports "${definition.name}"`);
        return spaces.add(definition.sort, found.value);
      }
      case 'lift': {
        const func = spaces.get<CoreFunction>({ sort: 'core function', index: definition.func });
        const value: ComponentFunction = { from: 'guest', func, options: optionsOf(definition.options, spaces) };
        return spaces.add('function', value);
      }
      case 'lower': {
        const func = spaces.get<ComponentFunction>({ sort: 'function', index: definition.func });
        return spaces.add('core function', this.#lower(func, optionsOf(definition.options, spaces)));
      }
      case 'resource':
        return spaces.add('core function', this.#absent('resources'));
      case 'import': {
        const found = imports.get(definition.name);
        if (found?.sort !== definition.sort) throw new InstantiationError(`it imports "${definition.name}"`);
        return spaces.add(definition.sort, found.value);
      }
      case 'export': {
        const value = spaces.get(definition);
        exports.set(definition.name, { sort: definition.sort, value });
        return spaces.add(definition.sort, value);
      }
    }
  }

  /** Without a type, so that it can be linked wherever it is wanted. */
  #absent(name: string): CoreFunction {
    const call = () => {
      throw this.#counters.fail(new PluginFailure('trap', `Not offered: ${name}`));
    };
    return { call, type: undefined };
  }

  /**
   * Links one core module with the counters beside its own imports. Its memories and tables are taken from
   * the limits before the engine makes them. Names have no prototype to hit.
   */
  #instantiateCore(definition: Extract<Definition, { kind: 'core instance' }>, spaces: IndexSpaces): CoreExports {
    const place = spaces.get<number>({ sort: 'core module', index: definition.module });
    const signature = this.#compiled.plan.signatures[place]!;
    const args = new Map(definition.args.map(({ name, instance }) => [name, instance]));
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null) as never;
    for (const { module, name, kind, type } of signature.imports) {
      const index = args.get(module);
      if (index === undefined) throw new InstantiationError(`a core module imports from "${module}"`);
      const found = spaces.get<CoreExports>({ sort: 'core instance', index }).get(name);
      if (found?.sort !== `core ${kind}`) throw new InstantiationError(`a core module imports "${name}"`);
      const into = (imports[module] ??= Object.create(null) as Record<string, WebAssembly.ImportValue>);
      if (kind === 'function') {
        const func = found.value as CoreFunction;
        mustMatch(type, func.type ?? type!, `the function "${name}" of "${module}"`);
        into[name] = func.call as WebAssembly.ImportValue;
      } else into[name] = found.value as WebAssembly.ImportValue;
    }
    const globals = signature.imports.filter(({ kind }) => kind === 'global');
    const values = globals.map(({ module, name }) => imports[module]![name] as WebAssembly.Global);
    imports[METER_MODULE] = { ...this.#counters.imports, ...computeConstants(signature.computed, values) };
    this.#counters.take(signature);
    const instance = this.#run(() => new WebAssembly.Instance(this.#compiled.modules[place]!, imports));
    return this.#exportsOf(instance, signature.exports);
  }

  /** An engine's refusal to link is the component's fault; a trap of its start function passes as it is. */
  #run(instantiate: () => WebAssembly.Instance): WebAssembly.Instance {
    try {
      return instantiate();
    } catch (error) {
      if (error instanceof WebAssembly.LinkError || error instanceof TypeError) {
        throw new InstantiationError(`a core module cannot be linked: ${error.message}`);
      }
      throw error;
    }
  }

  /** Remembers the memories: their sizes together are what the call used. */
  #exportsOf(instance: WebAssembly.Instance, types: Readonly<Record<string, CoreType>>): CoreExports {
    const exports: CoreExports = new Map();
    for (const [name, value] of Object.entries(instance.exports)) {
      if (value instanceof WebAssembly.Memory) {
        this.#memories.add(value);
        exports.set(name, { sort: 'core memory', value });
      } else if (value instanceof WebAssembly.Table) exports.set(name, { sort: 'core table', value });
      else if (value instanceof WebAssembly.Global) exports.set(name, { sort: 'core global', value });
      else {
        const func: CoreFunction = { call: value as CoreFunction['call'], type: types[name] };
        exports.set(name, { sort: 'core function', value: func });
      }
    }
    return exports;
  }

  #lower(func: ComponentFunction, options: Options): CoreFunction {
    if (func.from === 'nobody') return this.#absent(func.name);
    if (func.from === 'guest') return this.#absent('calls between components');
    const { name, type } = func;
    const flat = flatten(type, 'lower');
    const behindPointer = flat.params.length > flatten({ ...type, result: undefined }, 'lower').params.length;
    const call = (...values: unknown[]) => {
      try {
        if (!this.#mayLeave) throw new PluginFailure('trap', 'It called the host while the host waited for memory');
        this.#counters.enter();
        const memory = this.#memoryOf(options);
        const value = this.#host[name](liftArguments(memory, type.params, values));
        if (behindPointer) store(memory, type.result!, value, values.at(-1) as number);
        return undefined;
      } catch (error) {
        // A guest may catch what goes through it; the call has failed all the same.
        throw this.#counters.fail(error);
      }
    };
    return { call, type: flat };
  }

  /** A guest's memory by its canonical options. `bytes` is asked for anew at each use: growing detaches the buffer. */
  #memoryOf({ memory, realloc }: Options): GuestMemory {
    return {
      bytes: () => {
        if (!memory) throw new PluginFailure('trap', 'It has no memory for what crosses');
        return new Uint8Array(memory.buffer);
      },
      allocate: (align, size) => {
        if (!realloc) throw new PluginFailure('trap', 'It has no function that allocates memory');
        const before = this.#mayLeave;
        this.#mayLeave = false;
        const pointer = (realloc.call as (...flat: number[]) => unknown)(0, 0, align, size);
        this.#mayLeave = before;
        return Number(pointer) >>> 0;
      },
      pay: (bytes) => this.#counters.pay(BigInt(Math.floor(bytes / BYTES_PER_FUEL))),
    };
  }

  /**
   * Lowers the arguments, calls, lifts the result and lets the guest free it (`post-return`), in which it may
   * not call the host. After a trap nothing is tidied: the instance is thrown away.
   */
  callGuest(
    { func, options }: Extract<ComponentFunction, { from: 'guest' }>,
    type: WitFunction,
    args: readonly WitValue[],
  ): WitValue {
    const memory = this.#memoryOf(options);
    const flat = lowerArguments(memory, type.params, args);
    const pointer = (func.call as (...flat: number[]) => unknown)(...flat) as number;
    const value = load(memory, type.result!, pointer);
    if (options.postReturn) {
      this.#mayLeave = false;
      (options.postReturn.call as (pointer: number) => unknown)(pointer);
      this.#mayLeave = true;
    }
    return value;
  }
}

/** Definitions that one instantiation may carry out, those of repeated components counted again. */
const STEPS = 40_000;
/** Bytes that cross for one unit of fuel. */
const BYTES_PER_FUEL = 16;

function pick(exports: readonly NamedIndex[], spaces: IndexSpaces): CoreExports & Instance {
  return new Map(exports.map((entry) => [entry.name, { sort: entry.sort, value: spaces.get<CoreValue>(entry) }]));
}

/** `cabi_realloc(old pointer, old size, alignment, new size)`. */
const REALLOC: CoreType = { params: [0x7f, 0x7f, 0x7f, 0x7f], results: [0x7f] };

function optionsOf({ memory, realloc, postReturn }: CanonOptions, spaces: IndexSpaces): Options {
  const core = (index: number | undefined) =>
    index === undefined ? undefined : spaces.get<CoreFunction>({ sort: 'core function', index });
  const allocates = core(realloc);
  if (allocates) mustMatch(allocates.type, REALLOC, 'its function that allocates memory');
  return {
    memory: memory === undefined ? undefined : spaces.get<WebAssembly.Memory>({ sort: 'core memory', index: memory }),
    realloc: allocates,
    postReturn: core(postReturn),
  };
}
