export { AsyncVfsClient } from './async-client.ts';
export { checkMemory } from './check.ts';
export { VfsClient, type VfsClientOptions } from './client.ts';
export * from './contract.ts';
export { type VfsMemoryOptions, createVfsMemory } from './create-memory.ts';
export { Errno } from './errno.ts';
export { Mode, NAME_LIMIT, PATH_LIMIT, RETAINED_LIMIT, SLOT_COUNT } from './layout.ts';
export { decodeText as decodeName, encodeText as encodeName } from './text.ts';
export { VfsWriter, type VfsWriterOptions } from './writer/writer.ts';
