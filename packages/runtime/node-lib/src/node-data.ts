/** Facts dumped from the pinned Node binary by `build/`; see `generated/data.js`. */
export interface NodeData {
  readonly nodeVersion: string;
  /** `internalBinding('constants')`: os, fs, crypto, zlib, trace, internal. */
  readonly constants: Readonly<Record<string, ConstantTree>>;
  /** `internalBinding('config')`, scalars only. */
  readonly config: Readonly<Record<string, boolean | number>>;
  readonly uv: {
    /** `UV_ENOENT: -2`, … */
    readonly codes: Readonly<Record<string, number>>;
    /** `[-2, ['ENOENT', 'no such file or directory']]`, … */
    readonly errorMap: readonly (readonly [number, readonly [string, string]])[];
  };
  readonly options: OptionTables;
  /** `internalBinding('symbols')`: property name -> description. */
  readonly symbols: Readonly<Record<string, string>>;
  /** `internalBinding('util').privateSymbols`: property name -> description. */
  readonly privateSymbols: Readonly<Record<string, string>>;
  readonly builtinIds: readonly string[];
  readonly builtinCategories: {
    readonly cannotBeRequired: readonly string[];
    readonly canBeRequired: readonly string[];
  };
  readonly process: {
    readonly version: string;
    readonly versions: Readonly<Record<string, string>>;
    readonly release: Readonly<Record<string, string>>;
    readonly features: Readonly<Record<string, boolean | string>>;
    /** Text for `internalBinding('builtins').config`, which lib turns into `process.config`. */
    readonly configJson: string;
  };
  /**
   * Every scalar and constant object that a binding carries beside its
   * functions, by binding: `bindings.async_wrap.Providers`, `bindings.util.constants`,
   * `bindings.http_parser.methods`, … Classes appear with their static scalars.
   */
  readonly bindings: Readonly<Record<string, Readonly<Record<string, ConstantTree>>>>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see below
/** Constant tables are read by lib's own untyped code and by bindings that know the member they want. */
export type ConstantTree = any;

/** Node’s command-line options, as `internalBinding("options")` lists them. */
export interface OptionTables {
  /** `getCLIOptionsValues()` of a run without arguments. */
  readonly values: Readonly<Record<string, OptionValue>>;
  /** `getCLIOptionsInfo().options`, in order. */
  readonly info: readonly (readonly [string, OptionInfo])[];
  readonly aliases: readonly (readonly [string, readonly string[]])[];
  readonly envSettings: Readonly<Record<string, number>>;
  readonly types: Readonly<Record<string, number>>;
  readonly embedder: Readonly<Record<string, boolean>>;
  /** Options that a worker_threads thread cannot have. */
  readonly perProcess: readonly string[];
  /** V8's own flags (`node --v8-options`), without dashes. */
  readonly v8Flags: { readonly boolean: readonly string[]; readonly valued: readonly string[] };
}

/** As `getOptionValue` of lib gives it; host and port are of options such as `--inspect-port`. */
export type OptionValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly host: string; readonly port: number };

/** One option: help text, type, default, and whether the environment may set it. */
export interface OptionInfo {
  readonly helpText: string;
  readonly envVarSettings: number;
  readonly type: number;
  readonly defaultIsTrue: boolean;
}

/** Marks an object whose prototype is null in Node; JSON cannot say so. */
export const NULL_PROTOTYPE_MARK = '@null';

/** Reads the text of `generated/data.js`, giving null prototypes back. */
export function parseNodeData(text: string): NodeData {
  return JSON.parse(text, (_key, value: unknown) => {
    if (value === null || typeof value !== 'object' || !(NULL_PROTOTYPE_MARK in value)) return value;
    const { [NULL_PROTOTYPE_MARK]: _mark, ...members } = value;
    return Object.assign(Object.create(null) as object, members);
  }) as NodeData;
}
