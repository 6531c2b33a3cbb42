import { COMPONENT_LIMITS } from '../ground/limits.ts';
import { InstantiationError } from '../ground/refusal.ts';
import { ByteReader } from './byte-reader.ts';

/** A function's type: value types as their bytes. */
export interface CoreType {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

/** Tags of exceptions are missing: nothing here decodes them. */
export type CoreKind = 'function' | 'table' | 'memory' | 'global';

/** Only a function has a `type`. */
export interface CoreImport {
  readonly module: string;
  readonly name: string;
  readonly kind: CoreKind;
  readonly type?: CoreType;
  /** As it stands in the file. */
  readonly raw: Uint8Array;
}

/** One step of a computed constant: a value, an imported global by its number, or an operator. */
export type ConstantStep =
  | { readonly value: string }
  | { readonly global: number }
  | { readonly operator: 'add' | 'sub' | 'mul' };

/**
 * A constant that is computed from others, which engines of 2023 do not know: whoever links
 * computes it and gives it as one more import.
 */
export interface ComputedConstant {
  /** i32 or i64. */
  readonly type: number;
  readonly steps: readonly ConstantStep[];
  /** Where it stands: section, and bytes from and to within its content, without the `end`. */
  readonly section: number;
  readonly from: number;
  readonly to: number;
}

/** Code stays bytes until it is metered. */
export interface CoreModule {
  readonly types: readonly CoreType[];
  readonly imports: readonly CoreImport[];
  /** Type of every function, imported ones first. */
  readonly functions: readonly CoreType[];
  /** Of the functions that the module has itself. */
  readonly bodies: readonly ByteReader[];
  readonly exports: readonly { readonly name: string; readonly kind: CoreKind; readonly index: number }[];
  readonly importedGlobals: number;
  readonly globals: number;
  /** Element types of all tables, imported ones first. */
  readonly tables: readonly number[];
  /** Least size of each table and memory that the module makes itself. */
  readonly ownTableEntries: number;
  readonly ownMemoryPages: number;
  /** Constants that are computed; see `ComputedConstant`. */
  readonly computed: readonly ComputedConstant[];
  /** Content of the sections that are copied as they are, by their number. */
  readonly raw: ReadonlyMap<number, Uint8Array>;
}

const KINDS: readonly CoreKind[] = ['function', 'table', 'memory', 'global'];
/** Every section but the custom ones, in the order in which they must come. */
export const SECTION_ORDER: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];
/** Numbers, vectors, and references to functions and to the host's values. */
const VALUE_TYPES: ReadonlySet<number> = new Set([0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f]);
const FUNCREF = 0x70;
const EXTERNREF = 0x6f;
/** Operators that compute constants, of i32 and i64. */
const COMPUTING: Readonly<Record<number, 'add' | 'sub' | 'mul'>> = {
  0x6a: 'add',
  0x6b: 'sub',
  0x6c: 'mul',
  0x7c: 'add',
  0x7d: 'sub',
  0x7e: 'mul',
};
const CONSTANT_STEPS = 100;

/** Reads a value type; those of garbage collection are refused. */
export function readValueType(reader: ByteReader): number {
  const type = reader.byte();
  if (!VALUE_TYPES.has(type)) throw new InstantiationError(`it uses the value type 0x${type.toString(16)}`);
  return type;
}

function readReferenceType(reader: ByteReader): number {
  const type = readValueType(reader);
  if (type !== FUNCREF && type !== EXTERNREF) throw new InstantiationError('a table holds no references');
  return type;
}

/** Reads a core module; what is no such module, or uses what plugins may not use, is an `InstantiationError`. */
export function decodeModule(bytes: Uint8Array): CoreModule {
  return new ModuleDecoder(bytes).decode();
}

class ModuleDecoder {
  readonly #reader: ByteReader;
  readonly #types: CoreType[] = [];
  readonly #imports: CoreImport[] = [];
  readonly #functions: CoreType[] = [];
  readonly #tables: number[] = [];
  readonly #raw = new Map<number, Uint8Array>();
  #bodies: ByteReader[] = [];
  #exports: { name: string; kind: CoreKind; index: number }[] = [];
  readonly #computed: ComputedConstant[] = [];
  /** The section under way and where its content begins: places of computed constants are counted from there. */
  #current = { id: 0, from: 0 };
  #importedGlobals = 0;
  #ownGlobals = 0;
  #memories = 0;
  #ownTableEntries = 0;
  #ownMemoryPages = 0;

  constructor(bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes);
  }

  decode(): CoreModule {
    const reader = this.#reader;
    const head = reader.take(8);
    if ([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].some((byte, index) => head[index] !== byte)) {
      throw new InstantiationError('a core module does not begin as one');
    }
    let last = -1;
    while (!reader.done) {
      const id = reader.byte();
      const section = reader.section();
      // Names and notes change nothing and are left out.
      if (id === 0) continue;
      const order = SECTION_ORDER.indexOf(id);
      if (order === -1) throw new InstantiationError(`a core module has a section ${id}`);
      if (order <= last) throw new InstantiationError(`a core module’s section ${id} is out of its order`);
      last = order;
      this.#raw.set(id, section.bytes.subarray(section.at, section.end));
      this.#current = { id, from: section.at };
      this.#section(id, section);
      section.finish(`section ${id} of a core module`);
    }
    if (this.#bodies.length !== this.#ownFunctions) {
      throw new InstantiationError('a core module has functions without bodies');
    }
    return {
      types: this.#types,
      imports: this.#imports,
      functions: this.#functions,
      bodies: this.#bodies,
      exports: this.#exports,
      importedGlobals: this.#importedGlobals,
      globals: this.#importedGlobals + this.#ownGlobals,
      tables: this.#tables,
      ownTableEntries: this.#ownTableEntries,
      ownMemoryPages: this.#ownMemoryPages,
      computed: this.#computed,
      raw: this.#raw,
    };
  }

  get #ownFunctions(): number {
    return this.#functions.length - this.#imports.filter(({ kind }) => kind === 'function').length;
  }

  /**
   * By number: 1 types, 2 imports, 3 functions, 4 tables, 5 memory, 6 globals, 7 exports, 8 start, 9
   * elements, 10 code, 11 data, 12 count of data.
   */
  #section(id: number, section: ByteReader): void {
    const list = <T>(what: string, item: (index: number) => T) => section.list(COMPONENT_LIMITS.items, what, item);
    switch (id) {
      case 1:
        return void this.#types.push(...list('types', () => this.#type(section)));
      case 2:
        return void list('imports', () => this.#import(section));
      case 3:
        return void section.list(COMPONENT_LIMITS.functions, 'functions', () => this.#functionOf(section));
      case 4:
        return void section.list(COMPONENT_LIMITS.tables, 'tables', () => {
          this.#tables.push(readReferenceType(section));
          this.#ownTableEntries += this.#limits(section);
        });
      case 5:
        return void section.list(1, 'memories', () => (this.#ownMemoryPages += this.#memory(section)));
      case 6:
        return void list('globals', () => {
          this.#globalType(section);
          this.#constant(section);
          this.#ownGlobals++;
        });
      case 7:
        this.#exports = list('exports', () => ({
          name: section.name(),
          kind: kindOf(section.byte()),
          index: section.u32(),
        }));
        return undefined;
      case 8:
        section.u32();
        return undefined;
      case 9:
        return void list('segments', () => this.#element(section));
      case 10:
        this.#bodies = section.list(COMPONENT_LIMITS.functions, 'bodies', () => section.section());
        return undefined;
      case 11:
        return void list('segments', () => this.#data(section));
      default:
        section.u32();
    }
  }

  #type(section: ByteReader): CoreType {
    if (section.byte() !== 0x60) throw new InstantiationError('it uses types of garbage collection');
    const params = section.list(1000, 'parameters', () => readValueType(section));
    return { params, results: section.list(1000, 'results', () => readValueType(section)) };
  }

  #functionOf(section: ByteReader): CoreType {
    const type = this.#types[section.u32()];
    if (!type) throw new InstantiationError('a function has a type that is not there');
    this.#functions.push(type);
    return type;
  }

  #import(section: ByteReader): void {
    const from = section.at;
    const module = section.name();
    const name = section.name();
    const kind = kindOf(section.byte());
    let type: CoreType | undefined;
    if (kind === 'function') type = this.#functionOf(section);
    else if (kind === 'table') {
      this.#tables.push(readReferenceType(section));
      this.#limits(section);
    } else if (kind === 'memory') this.#memory(section);
    else {
      this.#globalType(section);
      this.#importedGlobals++;
    }
    const raw = section.bytes.subarray(from, section.at);
    this.#imports.push({ module, name, kind, ...(type && { type }), raw });
  }

  /** The least size. Shared memories and those of 64 bits are refused. */
  #limits(section: ByteReader): number {
    const flags = section.byte();
    if (flags > 1) throw new InstantiationError('it uses shared memory or memory of 64 bits');
    const least = section.u32();
    if (flags === 1) section.u32();
    return least;
  }

  #memory(section: ByteReader): number {
    if (++this.#memories > 1) throw new InstantiationError('a core module has more than one memory');
    return this.#limits(section);
  }

  /** Type and a byte that says whether it can be changed. */
  #globalType(section: ByteReader): void {
    readValueType(section);
    section.byte();
  }

  /** A constant expression. It may name imported globals alone: the numbers of others change. */
  #constant(section: ByteReader): void {
    const from = section.at;
    const steps: ConstantStep[] = [];
    let type = 0x7f;
    for (;;) {
      const code = section.byte();
      if (code === 0x0b) break;
      const start = section.at;
      const operator = COMPUTING[code];
      if (operator) {
        steps.push({ operator });
        if (code >= 0x7c) type = 0x7e;
      } else if (code === 0x41 || code === 0x42) {
        section.skipLeb();
        steps.push({ value: String(signedLeb(section.bytes.subarray(start, section.at))) });
        if (code === 0x42) type = 0x7e;
      } else if (code === 0x23) {
        const global = section.u32();
        if (global >= this.#importedGlobals)
          throw new InstantiationError('a constant needs a global of its own module');
        steps.push({ global });
      } else if (code === 0x43) section.take(4);
      else if (code === 0x44) section.take(8);
      else if (code === 0xd0) readReferenceType(section);
      else if (code === 0xd2) section.u32();
      else if (code === 0xfd && section.u32() === 0x0c) section.take(16);
      else throw new InstantiationError(`a constant is computed by the operator 0x${code.toString(16)}`);
    }
    if (!steps.some((step) => 'operator' in step)) return;
    if (steps.length > CONSTANT_STEPS) throw new InstantiationError('a constant is computed in too many steps');
    const { id, from: base } = this.#current;
    this.#computed.push({ type, steps, section: id, from: from - base, to: section.at - 1 - base });
  }

  /**
   * Bits of the flags: 1 passive or declared, 2 a table's number follows or it is declared, 4 entries are
   * expressions instead of numbers of functions.
   */
  #element(section: ByteReader): void {
    const flags = section.u32();
    if (flags > 7) throw new InstantiationError('a segment of a table has an unknown form');
    const passive = (flags & 1) !== 0;
    if (!passive) {
      if ((flags & 2) !== 0) section.u32();
      this.#constant(section);
    }
    const expressions = (flags & 4) !== 0;
    if ((flags & 3) !== 0) {
      if (expressions) readReferenceType(section);
      else if (section.byte() !== 0) throw new InstantiationError('a segment of a table holds no functions');
    }
    section.list(COMPONENT_LIMITS.items, 'entries', () => (expressions ? this.#constant(section) : section.u32()));
  }

  /** 0 active, 1 passive, 2 active with the number of its memory. */
  #data(section: ByteReader): void {
    const flags = section.u32();
    if (flags > 2) throw new InstantiationError('a segment of the memory has an unknown form');
    if (flags === 2) section.u32();
    if (flags !== 1) this.#constant(section);
    section.take(section.u32());
  }
}

/** 4 would be a tag of exception handling. */
function kindOf(byte: number): CoreKind {
  const kind = KINDS[byte];
  if (!kind) throw new InstantiationError('it uses exceptions');
  return kind;
}

/** The sign is the topmost bit of the last group of seven. */
function signedLeb(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const [index, byte] of bytes.entries()) value |= BigInt(byte & 0x7f) << BigInt(7 * index);
  return BigInt.asIntN(7 * bytes.length, value);
}
