/** Bindings that are data: tables from the pinned Node, handed out as lib expects them. */
import type { Foreign, Realm } from '../realm.ts';
import { uvNameAndText } from './uv-exception.ts';

/** internalBinding('uv'). Reference: src/uv.cc. */
export function createUvBinding(realm: Realm): Foreign {
  const binding: Foreign = {
    errname: (errno: number) => uvNameAndText(realm, errno)[0],
    getErrorMessage: (errno: number) => uvNameAndText(realm, errno)[1],
    getErrorMap: () => new Map(realm.data.uv.errorMap.map(([errno, entry]) => [errno, [...entry]])),
  };
  for (const [name, value] of Object.entries(realm.data.uv.codes)) Object.defineProperty(binding, name, { value, enumerable: true });
  return binding;
}

/** internalBinding('constants'). Reference: src/node_constants.cc. */
export function createConstantsBinding(realm: Realm): Foreign {
  const { constants } = realm.data;
  // JSON has no word for it.
  if (constants['zlib'] !== undefined) constants['zlib'].Z_MAX_CHUNK = Infinity;
  Object.setPrototypeOf(constants, null);
  for (const table of Object.values(constants)) makeReadOnly(table);
  return constants;
}

/** NODE_DEFINE_CONSTANT: neither written nor deleted. */
function makeReadOnly(table: Foreign): void {
  Object.setPrototypeOf(table, null);
  for (const [name, value] of Object.entries(table)) {
    if (typeof value === 'object' && value !== null) makeReadOnly(value);
    else Object.defineProperty(table, name, { writable: false, configurable: false });
  }
}

/** internalBinding('config'). Reference: src/node_config.cc. */
export function createConfigBinding(realm: Realm): Foreign {
  return {
    ...realm.data.config,
    // There is none here; lib then leaves out what needs it.
    hasInspector: false,
    getDefaultLocale: () => new Intl.DateTimeFormat().resolvedOptions().locale,
  };
}

/** internalBinding('symbols'). Reference: PER_ISOLATE_SYMBOL_PROPERTIES, src/env_properties.h. */
export function createSymbolsBinding(realm: Realm): Foreign {
  return { ...realm.symbols };
}
