import type { Realm } from '../realm/realm.ts';
import { createClockCalls } from './clock-calls.ts';
import { createHostMemory } from './host-memory.ts';
import type { HostImports } from './library.ts';
import { createFileCalls } from './linux-calls.ts';
import { createWasiCalls } from './wasi-calls.ts';

/**
 * The system calls of SQLite's Unix file layer, over this process's files.
 * SQLite calls them through emscripten's C library: numbers of errors are WASI's,
 * structures those of musl on 32 bits.
 */
export function createHostImports(realm: Realm): HostImports {
  return (memory, allocate) => {
    const host = createHostMemory(realm, memory);
    return {
      env: { ...createFileCalls(realm, host, allocate), ...createClockCalls(realm, host, memory) },
      wasi_snapshot_preview1: createWasiCalls(realm, host),
    };
  };
}
