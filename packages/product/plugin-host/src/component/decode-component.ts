import { COMPONENT_LIMITS } from '../ground/limits.ts';
import { InstantiationError } from '../ground/refusal.ts';
import { ByteReader } from '../wasm/byte-reader.ts';

/** Kinds of things inside a component, each with numbers of its own. */
export type Sort =
  | 'core function'
  | 'core table'
  | 'core memory'
  | 'core global'
  | 'core module'
  | 'core instance'
  | 'function'
  | 'type'
  | 'component'
  | 'instance';

/** Each sort counts for itself: function 0 and memory 0 are two things. */
export interface SortIndex {
  readonly sort: Sort;
  readonly index: number;
}

/** Where the functions of a `canon` find memory and allocation. */
export interface CanonOptions {
  readonly memory?: number;
  readonly realloc?: number;
  readonly postReturn?: number;
}

/** A thing with the name under which it is handed on. */
export type NamedIndex = SortIndex & { readonly name: string };

/**
 * What a component does, one after the other, each of which adds to the numbers of its
 * sort. Types are left out: what the host calls or offers has the world's types, and those
 * are held against the core functions' own (see `link.ts`), which cannot lie.
 */
export type Definition =
  | { readonly kind: 'core module'; readonly module: number }
  | {
      readonly kind: 'core instance';
      readonly module: number;
      readonly args: readonly { readonly name: string; readonly instance: number }[];
    }
  | { readonly kind: 'core exports'; readonly exports: readonly NamedIndex[] }
  | { readonly kind: 'component'; readonly component: Component }
  | { readonly kind: 'instance'; readonly component: number; readonly args: readonly NamedIndex[] }
  | { readonly kind: 'exports'; readonly exports: readonly NamedIndex[] }
  | {
      readonly kind: 'alias';
      readonly sort: Sort;
      readonly core: boolean;
      readonly instance: number;
      readonly name: string;
    }
  | { readonly kind: 'lift'; readonly func: number; readonly options: CanonOptions }
  | { readonly kind: 'lower'; readonly func: number; readonly options: CanonOptions }
  | { readonly kind: 'resource' }
  | { readonly kind: 'import'; readonly name: string; readonly sort: Sort }
  | ({ readonly kind: 'export' } & NamedIndex);

/** One component, without its core modules' bytes. */
export interface Component {
  readonly definitions: readonly Definition[];
}

/** Only read: whether the host has what it imports is seen later. */
export interface DecodedComponent {
  readonly root: Component;
  /** Core modules of all components within, in the order in which they stand in the file. */
  readonly modules: readonly Uint8Array[];
  /** Sections of the outermost component that say something to tools. */
  readonly customs: ReadonlyMap<string, Uint8Array>;
}

/**
 * Behind a byte 0; numbers of `core:sort` in Binary.md of the component model. 0x04, a tag of exceptions, is
 * not offered.
 */
const CORE_SORTS: Readonly<Record<number, Sort>> = {
  0: 'core function',
  1: 'core table',
  2: 'core memory',
  3: 'core global',
  0x11: 'core module',
  0x12: 'core instance',
};
const SORTS: Readonly<Record<number, Sort>> = { 1: 'function', 3: 'type', 4: 'component', 5: 'instance' };
/** `\0asm`, version 13, layer 1. A core module has version 1 and layer 0. */
const COMPONENT_HEAD = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0];

/** Reads a component; everything that is wrong with it is an `InstantiationError`. */
export function decodeComponent(bytes: Uint8Array): DecodedComponent {
  if (bytes.length > COMPONENT_LIMITS.bytes) {
    throw new InstantiationError(`it has ${bytes.length} bytes: at most ${COMPONENT_LIMITS.bytes} are allowed`);
  }
  const decoder = new ComponentDecoder();
  const root = decoder.component(new ByteReader(bytes), 1);
  return { root, modules: decoder.modules, customs: decoder.customs };
}

class ComponentDecoder {
  readonly modules: Uint8Array[] = [];
  readonly customs = new Map<string, Uint8Array>();
  #definitions = 0;

  /**
   * One component and those in it. `depth` counts from 1; a file that goes on and on inwards would else end
   * our own stack.
   */
  component(reader: ByteReader, depth: number): Component {
    if (depth > COMPONENT_LIMITS.depth) {
      throw new InstantiationError(`more than ${COMPONENT_LIMITS.depth} components stand in each other`);
    }
    const head = reader.take(8);
    if (COMPONENT_HEAD.some((byte, index) => head[index] !== byte)) {
      throw new InstantiationError('it is no component of the component model');
    }
    const definitions: Definition[] = [];
    while (!reader.done) {
      const id = reader.byte();
      const section = reader.section();
      if (id === 0) {
        const name = section.name();
        if (depth === 1) this.customs.set(name, section.bytes.subarray(section.at, section.end));
        continue;
      }
      // Types are left out; see `Definition`.
      if (id === 7) continue;
      this.#section(id, section, depth, definitions);
      section.finish(`section ${id} of a component`);
    }
    return { definitions };
  }

  /** Sections by their numbers in Binary.md. Core types (3), start functions (9) and values (12) are not offered. */
  #section(id: number, section: ByteReader, depth: number, definitions: Definition[]): void {
    const all = (item: () => Definition | undefined) =>
      void section.list(COMPONENT_LIMITS.definitions, 'definitions', () => {
        const definition = item();
        if (definition) this.#add(definitions, definition);
      });
    switch (id) {
      case 1:
        if (this.modules.length >= COMPONENT_LIMITS.modules) {
          throw new InstantiationError(`it has more than ${COMPONENT_LIMITS.modules} core modules`);
        }
        this.modules.push(section.take(section.end - section.at));
        return this.#add(definitions, { kind: 'core module', module: this.modules.length - 1 });
      case 2:
        return all(() => coreInstance(section));
      case 4: {
        const component = this.component(section, depth + 1);
        return this.#add(definitions, { kind: 'component', component });
      }
      case 5:
        return all(() => instance(section));
      case 6:
        return all(() => alias(section));
      case 8:
        return all(() => canon(section));
      case 10:
        return all(() => {
          const name = externName(section);
          const sort = description(section);
          return sort === 'type' ? undefined : { kind: 'import', name, sort };
        });
      case 11:
        return all(() => {
          const name = externName(section);
          const what = sortIndex(section);
          if (section.byte() === 1) description(section);
          return what.sort === 'type' ? undefined : { kind: 'export', name, ...what };
        });
      default:
        throw new InstantiationError(`a component has a section ${id}, which is not offered`);
    }
  }

  /** Counted over all components of the file, so that nesting does not multiply the limit. */
  #add(definitions: Definition[], definition: Definition): void {
    if (++this.#definitions > COMPONENT_LIMITS.definitions) {
      throw new InstantiationError(`it has more than ${COMPONENT_LIMITS.definitions} definitions`);
    }
    definitions.push(definition);
  }
}

/** The first byte 0 says that a core sort follows, in a numbering of its own. */
function readSort(section: ByteReader): Sort {
  const byte = section.byte();
  const sort = byte === 0 ? CORE_SORTS[section.byte()] : SORTS[byte];
  if (!sort) throw new InstantiationError('it names a kind of thing that is not offered');
  return sort;
}

function sortIndex(section: ByteReader): SortIndex {
  const sort = readSort(section);
  return { sort, index: section.u32() };
}

function externName(section: ByteReader): string {
  const form = section.byte();
  if (form > 1) throw new InstantiationError('a name has an unknown form');
  return section.name();
}

/** What an import is; of which type is not looked at. */
function description(section: ByteReader): Sort {
  const form = section.byte();
  if (form === 0) {
    if (section.byte() !== 0x11) throw new InstantiationError('an import has an unknown form');
    section.u32();
    return 'core module';
  }
  const sort = SORTS[form];
  if (!sort) throw new InstantiationError('an import has an unknown form');
  // A type is either another one or a resource of its own.
  if (sort === 'type') {
    if (section.byte() === 0) section.u32();
    return sort;
  }
  section.u32();
  return sort;
}

const ARGUMENTS = 1000;

/** Form 0 instantiates a module with instances as arguments (0x12), form 1 only gathers things under names. */
function coreInstance(section: ByteReader): Definition {
  const form = section.byte();
  if (form === 0) {
    const module = section.u32();
    const args = section.list(ARGUMENTS, 'arguments', () => {
      const name = section.name();
      if (section.byte() !== 0x12) throw new InstantiationError('a core module is given what is no instance');
      return { name, instance: section.u32() };
    });
    return { kind: 'core instance', module, args };
  }
  if (form !== 1) throw new InstantiationError('a core instance has an unknown form');
  const exports = section.list(ARGUMENTS, 'exports', (): NamedIndex => {
    const name = section.name();
    const sort = CORE_SORTS[section.byte()];
    if (!sort) throw new InstantiationError('it uses exceptions');
    return { name, sort, index: section.u32() };
  });
  return { kind: 'core exports', exports };
}

/** As `coreInstance`, for components. Types among the arguments are left out; see `Definition`. */
function instance(section: ByteReader): Definition {
  const form = section.byte();
  if (form > 1) throw new InstantiationError('an instance has an unknown form');
  const component = form === 0 ? section.u32() : -1;
  const args = section
    .list(ARGUMENTS, 'arguments', () => ({
      name: form === 0 ? section.name() : externName(section),
      ...sortIndex(section),
    }))
    .filter(({ sort }) => sort !== 'type');
  return form === 0 ? { kind: 'instance', component, args } : { kind: 'exports', exports: args };
}

/**
 * Forms 0 and 1 take an export of an instance or core instance; form 2 reaches outwards, which is allowed for
 * types alone: they have no value.
 */
function alias(section: ByteReader): Definition | undefined {
  const sort = readSort(section);
  const form = section.byte();
  if (form === 2) {
    section.u32();
    section.u32();
    if (sort !== 'type') throw new InstantiationError('it reaches into the component around it');
    return undefined;
  }
  if (form > 1) throw new InstantiationError('an alias has an unknown form');
  const index = section.u32();
  const name = section.name();
  return sort === 'type' ? undefined : { kind: 'alias', sort, core: form === 1, instance: index, name };
}

function canon(section: ByteReader): Definition {
  const form = section.byte();
  if (form === 0 || form === 1) {
    if (section.byte() !== 0) throw new InstantiationError('a function is lifted in an unknown form');
    const func = section.u32();
    const options = canonOptions(section);
    if (form === 1) return { kind: 'lower', func, options };
    section.u32();
    return { kind: 'lift', func, options };
  }
  // Resources: new, drop, rep. Nothing that a plugin may use has any.
  if (form > 4) throw new InstantiationError('it uses concurrency of the component model');
  section.u32();
  return { kind: 'resource' };
}

/**
 * Options by number: 0 to 2 encodings of text, of which only UTF-8 is offered, 3 memory, 4 realloc, 5
 * post-return, 6 and more concurrency.
 */
function canonOptions(section: ByteReader): CanonOptions {
  const options: { memory?: number; realloc?: number; postReturn?: number } = {};
  section.list(8, 'options', () => {
    const form = section.byte();
    if (form === 0) return;
    if (form === 3) options.memory = section.u32();
    else if (form === 4) options.realloc = section.u32();
    else if (form === 5) options.postReturn = section.u32();
    else throw new InstantiationError('its texts are not UTF-8, or its functions asynchronous');
  });
  return options;
}
