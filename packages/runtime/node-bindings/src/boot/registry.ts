import type { BindingFactory, Foreign, Realm } from '../realm/realm.ts';
import { compressionBindings } from '../compression/index.ts';
import { cryptoBindings } from '../crypto/index.ts';
import { http2Bindings } from '../http2/index.ts';
import type { BindingTable } from '../realm/binding-table.ts';
import { coreBindings } from '../core/index.ts';
import { fsBindings } from '../fs/index.ts';
import { moduleBindings } from '../modules/index.ts';
import { netBindings } from '../net/index.ts';
import { pristine } from '../realm/pristine.ts';
import { processBindings } from '../processes/index.ts';
import { sqliteBindings } from '../sqlite/index.ts';
import { systemBindings } from '../system/index.ts';

/** Names of the functions and classes that each binding of the pinned Node has. */
export type BindingMembers = Readonly<Record<string, readonly string[]>>;

const TABLES: readonly BindingTable[] = [
  coreBindings,
  systemBindings,
  fsBindings,
  moduleBindings,
  netBindings,
  http2Bindings,
  cryptoBindings,
  compressionBindings,
  processBindings,
  sqliteBindings,
];

/** All bindings, made when lib first asks for them. */
export interface BindingRegistry {
  get(name: string): Foreign;
  /** `binding.member` of everything that was called, or asked for, and is not there. */
  missing(): readonly string[];
}

/**
 * internalBinding(name): from a name to the binding, made on first use.
 *
 * Every folder of bindings exports one table; this file only merges them. What
 * the pinned Node has and we have not refuses by name: a member that does
 * nothing silently would be a wrong answer far away from its cause.
 */
export function createBindingRegistry(realm: Realm, members: BindingMembers): BindingRegistry {
  const factories = new Map<string, BindingFactory>();
  for (const table of TABLES) {
    for (const [name, factory] of Object.entries(table)) {
      if (factories.has(name)) throw new Error(`Cannot register the binding "${name}": two folders provide it`);
      factories.set(name, factory);
    }
  }
  const made = new Map<string, Foreign>();
  // What was called and is not there; tests and developers look at it.
  const missing = new Set<string>();

  const make = (name: string): Foreign => {
    const factory = factories.get(name);
    const expected = members[name];
    if (factory === undefined && expected === undefined) throw new Error(`No such binding: ${name}`);
    const binding: Foreign = factory?.(realm) ?? {};
    // Numbers and tables are the same in every Node of this version.
    for (const [constant, value] of Object.entries(realm.data.bindings[name] ?? {})) {
      // A binding's own value wins over the dump.
      if (!(constant in binding)) binding[constant] = value;
    }
    for (const member of expected ?? []) {
      if (!(member in binding)) binding[member] = makeRefusal(name, member, missing);
    }
    // After everything is on it: a factory that asks for itself would loop, and is a bug.
    made.set(name, binding);
    return binding;
  };

  return {
    missing: () => [...missing],
    get: (name) => made.get(name) ?? pristine(() => make(name)),
  };
}

/** Callable and constructible: lib subclasses some of these while it loads. */
function makeRefusal(binding: string, member: string, missing: Set<string>): () => never {
  const name = `internalBinding('${binding}').${member}`;
  const refusal = function (): never {
    missing.add(name);
    throw new Error(`Cannot call ${name}: Slipway does not provide it`);
  };
  return Object.defineProperty(refusal, 'name', { value: member });
}
