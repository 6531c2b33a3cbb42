import { COMPONENT_LIMITS } from '../ground/limits.ts';
import { InstantiationError } from '../ground/refusal.ts';
import {
  type ConstantStep,
  type CoreKind,
  type CoreModule,
  type CoreType,
  decodeModule,
} from '../wasm/decode-module.ts';
import { METER_VERSION } from '../wasm/meter-globals.ts';
import { meterModule } from '../wasm/meter-module.ts';
import { type Component, decodeComponent } from './decode-component.ts';

/** What a core module wants and has, as far as linking looks at it. */
export interface CoreSignature {
  readonly imports: readonly {
    readonly module: string;
    readonly name: string;
    readonly kind: CoreKind;
    readonly type?: CoreType;
  }[];
  readonly exports: Readonly<Record<string, CoreType>>;
  /** Constants to compute from the globals that it imports. */
  readonly computed: readonly { readonly type: number; readonly steps: readonly ConstantStep[] }[];
  /** What it takes of the limits when it is instantiated. */
  readonly memoryPages: number;
  readonly tableEntries: number;
}

/** How a component is put together; plain data, which a database keeps as JSON. */
export interface Plan {
  readonly meterVersion: number;
  readonly root: Component;
  readonly signatures: readonly CoreSignature[];
}

/** A component ready to be compiled: decoded, refused where it must be, and metered. */
export interface PreparedComponent {
  readonly plan: Plan;
  /** Metered core modules; `plan.root` names them by their place here. */
  readonly cores: readonly Uint8Array<ArrayBuffer>[];
  readonly customs: ReadonlyMap<string, Uint8Array>;
}

/**
 * Everything that is done once, when a plugin is installed: about a second for each MB.
 * Throws `InstantiationError` and nothing else.
 */
export function prepareComponent(bytes: Uint8Array): PreparedComponent {
  try {
    const { root, modules, customs } = decodeComponent(bytes);
    const decoded = modules.map(decodeModule);
    const plan = { meterVersion: METER_VERSION, root, signatures: decoded.map(signatureOf) };
    return { plan, cores: decoded.map(meterModule), customs };
  } catch (error) {
    // Whatever comes of bytes that were made to break us is one class for whoever asks.
    if (error instanceof InstantiationError) throw error;
    throw new InstantiationError(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * What linking asks about a module later, when its bytes are at hand no more. An export may be called
 * `__proto__`, so the object has no prototype.
 */
function signatureOf(module: CoreModule): CoreSignature {
  const exports: Record<string, CoreType> = Object.create(null) as Record<string, CoreType>;
  for (const { name, kind, index } of module.exports) {
    if (kind !== 'function') continue;
    const type = module.functions[index];
    if (!type) throw new InstantiationError('it exports a function that is not there');
    exports[name] = type;
  }
  if (module.ownTableEntries > COMPONENT_LIMITS.items) {
    throw new InstantiationError(`its tables have ${module.ownTableEntries} entries`);
  }
  return {
    imports: module.imports.map(({ module: from, name, kind, type }) => ({
      module: from,
      name,
      kind,
      ...(type && { type }),
    })),
    exports,
    computed: module.computed.map(({ type, steps }) => ({ type, steps })),
    memoryPages: module.ownMemoryPages,
    tableEntries: module.ownTableEntries,
  };
}
