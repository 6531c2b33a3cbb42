import { PrivateSlot, type NodeData } from '@slipway/node-lib';

/** The per-isolate symbols of env_properties.h, by name. */
export function createSymbols(data: NodeData): Readonly<Record<string, symbol>> {
  return Object.freeze(
    Object.fromEntries(Object.entries(data.symbols).map(([name, description]) => [name, Symbol(description)])),
  );
}

/** The per-isolate symbols and the stand-ins for V8 Privates. */
export function createPrivateSlots(data: NodeData): Readonly<Record<string, PrivateSlot>> {
  return Object.freeze(
    Object.fromEntries(Object.keys(data.privateSymbols).map((name) => [name, new PrivateSlot(name)])),
  );
}

/**
 * A symbol or slot that the pinned Node has. Asking for another name is a bug, thrown at once: `undefined` as a
 * property key would silently become a property of that name.
 */
export function mustGet<Value>(table: Readonly<Record<string, Value>>, name: string): Value {
  const value = table[name];
  if (value === undefined) throw new Error(`Cannot find the internal symbol: "${name}"`);
  return value;
}
