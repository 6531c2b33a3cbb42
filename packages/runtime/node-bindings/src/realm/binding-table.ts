import type { BindingFactory } from './realm.ts';

/** What a folder of bindings provides: a factory by the name that `internalBinding` is asked for. */
export type BindingTable = Readonly<Record<string, BindingFactory>>;
