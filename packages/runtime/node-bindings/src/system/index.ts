import type { CommandLine } from '../realm/command-line.ts';
import type { Realm } from '../realm/realm.ts';
import type { BindingTable } from '../realm/binding-table.ts';
import {
  createInspectorBinding,
  createInternalOnlyV8Binding,
  createMksnapshotBinding,
  createPermissionBinding,
  createSeaBinding,
  createTraceEventsBinding,
} from './absent.ts';
import { createCredentialsBinding } from './credentials.ts';
import { processOptions } from './env-files.ts';
import { createOptionsBinding } from './options/options-binding.ts';
import { createLocksBinding } from './locks.ts';
import { createOsBinding } from './os.ts';
import { createPerformanceBinding } from './performance.ts';
import { createReportBinding } from './report.ts';
import { runTask } from './run-task.ts';
import { createConfigBinding, createConstantsBinding, createSymbolsBinding, createUvBinding } from './tables.ts';
import { createV8Binding } from './v8.ts';
import { createWasiBinding } from './wasi.ts';
import { createWasmWebApiBinding } from './wasm-web-api.ts';

/**
 * Bindings of data and of the machine. `heap_utils`, `profiler` and `watchdog`
 * have no factory: every member of theirs refuses through the registry.
 */
export const systemBindings: BindingTable = {
  config: createConfigBinding,
  constants: createConstantsBinding,
  credentials: createCredentialsBinding,
  inspector: createInspectorBinding,
  internal_only_v8: createInternalOnlyV8Binding,
  locks: createLocksBinding,
  mksnapshot: createMksnapshotBinding,
  options: createOptionsBinding,
  os: createOsBinding,
  performance: createPerformanceBinding,
  permission: createPermissionBinding,
  report: createReportBinding,
  sea: createSeaBinding,
  symbols: createSymbolsBinding,
  trace_events: createTraceEventsBinding,
  uv: createUvBinding,
  v8: createV8Binding,
  wasi: createWasiBinding,
  wasm_web_api: createWasmWebApiBinding,
};

/** What the start message of this process says to Node, and what to the program. Does not return for `--run`. */
export function readCommandLine(realm: Realm): CommandLine {
  const options = processOptions(realm);
  // Told on stderr before the program starts, and no error: that is what `-if-exists` asks for.
  for (const path of options.envFiles.skipped) {
    realm.sys.descriptors.write(
      2,
      new realm.host.classes.TextEncoder().encode(`${path} not found. Continuing without it.\n`),
      null,
    );
  }
  // Errors of the command line come first; a script must not run under options nobody understood.
  const task = options.errors.length === 0 ? options.values.text('--run') : '';
  return task === '' ? options : runTask(realm, task, options.argv.slice(1));
}

export { invalidThreadOptions, invalidThreadVariable } from './options/command-line.ts';
export { parseDotenv } from '../realm/dotenv.ts';
export { uvException } from '../realm/uv-exception.ts';
