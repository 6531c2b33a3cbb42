// What callers see.
export * from './protocol/contract.ts';
export { NAME_LIMIT, PATH_LIMIT, RETAINED_LIMIT, SLOT_COUNT } from './memory/layout.ts';
export { decodeText as decodeName, encodeText as encodeName } from './memory/text.ts';

// The memory, its one writer, and the clients that read it and ask the writer.
export { createVfsMemory, type VfsMemoryOptions } from './writer/create-memory.ts';
export { VfsWriter, type VfsWriterOptions } from './writer/writer.ts';
export type { KeepEnd, KeepOptions } from './writer/kept.ts';
export type { KeepFile } from './keep/keep-format.ts';
export { closeKept } from './client/close-kept.ts';
export { VfsClient, type VfsClientOptions } from './client/client.ts';
export { AsyncVfsClient } from './client/async-client.ts';

// For tests: every rule of the layout, checked over the whole memory.
export { checkMemory } from './reading/check.ts';
