import type { BindingTable } from '../realm/binding-table.ts';
import { createMessagingBinding } from './messaging.ts';
import { createProcessMethodsBinding } from './process-methods.ts';
import { createProcessWrapBinding } from './process-wrap.ts';
import { createIpcSerdesBinding, createSerdesBinding } from './serdes.ts';
import { createSignalWrapBinding } from './signal-wrap.ts';
import { createSpawnSyncBinding } from './spawn-sync.ts';
import { createWorkerBinding } from './worker-binding.ts';

/** Bindings of child processes, signals, threads and messages. */
export const processBindings: BindingTable = {
  process_methods: createProcessMethodsBinding,
  process_wrap: createProcessWrapBinding,
  spawn_sync: createSpawnSyncBinding,
  signal_wrap: createSignalWrapBinding,
  worker: createWorkerBinding,
  messaging: createMessagingBinding,
  serdes: createSerdesBinding,
  ipc_serdes: createIpcSerdesBinding,
};
