/**
 * internalBinding(name): from a name to the binding, made on first use.
 *
 * Every folder of bindings exports one table; this file only merges them. What
 * the pinned Node has and we have not refuses by name: a member that does
 * nothing silently would be a wrong answer far away from its cause.
 */
import type { BindingFactory, Foreign, Realm } from './realm.ts';
import { codecBindings } from './codecs/index.ts';
import { coreBindings } from './core/index.ts';
import { fsBindings } from './fs/index.ts';
import { moduleBindings } from './modules/index.ts';
import { netBindings } from './net/index.ts';
import { pristine } from './pristine.ts';
import { processBindings } from './processes/index.ts';
import { sqliteBindings } from './sqlite/index.ts';
import { systemBindings } from './system/index.ts';

export type BindingTable = Readonly<Record<string, BindingFactory>>;

/** Names of the functions and classes that each binding of the pinned Node has. */
export type BindingMembers = Readonly<Record<string, readonly string[]>>;

const TABLES: readonly BindingTable[] = [
  coreBindings, systemBindings, fsBindings, moduleBindings, netBindings, codecBindings, processBindings, sqliteBindings,
];

export interface BindingRegistry {
  get(name: string): Foreign;
  /** `binding.member` of everything that was called, or asked for, and is not there. */
  missing(): readonly string[];
}

export function createBindingRegistry(realm: Realm, members: BindingMembers): BindingRegistry {
  const factories = new Map<string, BindingFactory>();
  for (const table of TABLES) {
    for (const [name, factory] of Object.entries(table)) {
      if (factories.has(name)) throw new Error(`Cannot register the binding "${name}": two folders provide it`);
      factories.set(name, factory);
    }
  }
  const made = new Map<string, Foreign>();
  const missing = new Set<string>();

  const make = (name: string): Foreign => {
    const factory = factories.get(name);
    const expected = members[name];
    if (factory === undefined && expected === undefined) throw new Error(`No such binding: ${name}`);
    const binding: Foreign = factory?.(realm) ?? {};
    // Numbers and tables are the same in every Node of this version.
    for (const [constant, value] of Object.entries(realm.data.bindings[name] ?? {})) {
      if (!(constant in binding)) binding[constant] = value;
    }
    for (const member of expected ?? []) {
      if (!(member in binding)) binding[member] = makeRefusal(name, member, missing);
    }
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
