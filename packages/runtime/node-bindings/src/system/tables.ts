/** Bindings that are data: tables from the pinned Node, handed out as lib expects them. */
import type { Foreign, Realm } from '../realm/realm.ts';
import { uvNameAndText } from '../realm/uv-exception.ts';

/** internalBinding('uv'). Reference: src/uv.cc. Numbers are negative, as libuv gives them on Linux. */
export function createUvBinding(realm: Realm): Foreign {
  const binding: Foreign = {
    errname: (errno: number) => uvNameAndText(realm, errno)[0],
    getErrorMessage: (errno: number) => uvNameAndText(realm, errno)[1],
    getErrorMap: () => new Map(realm.data.uv.errorMap.map(([errno, entry]) => [errno, [...entry]])),
  };
  // UV_EACCES and its like, enumerable as NODE_DEFINE_CONSTANT would make them.
  for (const [name, value] of Object.entries(realm.data.uv.codes))
    Object.defineProperty(binding, name, { value, enumerable: true });
  return binding;
}

/**
 * internalBinding('constants'). Reference: src/node_constants.cc. Values of Linux on x64,
 * whatever the browser runs on.
 */
export function createConstantsBinding(realm: Realm): Foreign {
  const { constants } = realm.data;
  // Infinity, for which JSON has no word: missing in the table that was dumped.
  if (constants['zlib'] !== undefined) constants['zlib'].Z_MAX_CHUNK = Infinity;
  Object.setPrototypeOf(constants, null);
  for (const table of Object.values(constants)) makeReadOnly(table);
  // The one table itself, no copy: os.constants, fs.constants and crypto.constants are its members.
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

/**
 * internalBinding('config'). Reference: src/node_config.cc. What Node was built with: lib decides by it which of
 * its modules there are.
 */
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
