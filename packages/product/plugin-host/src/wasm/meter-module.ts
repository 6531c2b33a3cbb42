import type { CoreModule } from './decode-module.ts';
import { SECTION_ORDER } from './decode-module.ts';
import { InstantiationError } from '../ground/refusal.ts';
import { ByteWriter } from './byte-writer.ts';
import { BlockTypes } from './block-types.ts';
import { meterFunction } from './meter-function.ts';
import { computedName, METER_GLOBALS, METER_MODULE, shiftGlobal } from './meter-globals.ts';

/**
 * Rewrites a core module so that it counts what it uses (PL-01, PL-18). Its behaviour is
 * otherwise the same, except that a NaN always has the same bits.
 *
 * The counters are globals that all modules of a component share; they come behind the
 * imported globals, so that the numbers of the module's own globals rise.
 */
export function meterModule(module: CoreModule): Uint8Array<ArrayBuffer> {
  if (module.imports.some((entry) => entry.module === METER_MODULE)) {
    throw new InstantiationError(`it imports from "${METER_MODULE}"`);
  }
  const blockTypes = new BlockTypes(module);
  const code = new ByteWriter(4096);
  code.u32(module.bodies.length);
  const imported = module.functions.length - module.bodies.length;
  for (const [index, body] of module.bodies.entries()) {
    code.sized(undefined, meterFunction(module, module.functions[imported + index]!, body, blockTypes));
  }
  const out = new ByteWriter(code.length + 4096).byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const id of SECTION_ORDER) {
    if (id === 1) out.sized(1, blockTypes.section());
    else if (id === 2) out.sized(2, importSection(module));
    else if (id === 7 && module.exports.length > 0) out.sized(7, exportSection(module));
    else if (id === 10) out.sized(10, code);
    else {
      const raw = module.raw.get(id);
      if (raw) out.sized(id, replaceComputed(module, id, raw));
    }
  }
  return out.finish();
}

/** The module's own imports keep their numbers; counters and computed constants come behind them. */
function importSection(module: CoreModule): ByteWriter {
  const section = new ByteWriter().u32(module.imports.length + METER_GLOBALS.length + module.computed.length);
  for (const { raw } of module.imports) section.bytes(raw);
  for (const { name, type } of METER_GLOBALS) section.name(METER_MODULE).name(name).byte(3, type, 1);
  for (const [index, { type }] of module.computed.entries()) {
    section.name(METER_MODULE).name(computedName(index)).byte(3, type, 0);
  }
  return section;
}

/** Anew because of the globals: their numbers have risen. */
function exportSection(module: CoreModule): ByteWriter {
  const section = new ByteWriter().u32(module.exports.length);
  for (const { name, kind, index } of module.exports) {
    const code = { function: 0, table: 1, memory: 2, global: 3 }[kind];
    section.name(name).byte(code);
    section.u32(kind === 'global' ? shiftGlobal(module, index) : index);
  }
  return section;
}

/** Each computed constant becomes that of an imported global. */
function replaceComputed(module: CoreModule, id: number, raw: Uint8Array): ByteWriter {
  const out = new ByteWriter(raw.length + 16);
  let at = 0;
  for (const [index, { section, from, to }] of module.computed.entries()) {
    if (section !== id) continue;
    out.bytes(raw.subarray(at, from));
    out.byte(0x23).u32(module.importedGlobals + METER_GLOBALS.length + index);
    at = to;
  }
  return out.bytes(raw.subarray(at));
}
