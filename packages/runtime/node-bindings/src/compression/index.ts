import type { BindingTable } from '../realm/binding-table.ts';
import { createZlibBinding } from './zlib-binding.ts';

/** zlib alone: Node has brotli and zstd in the same binding. */
export const compressionBindings: BindingTable = {
  zlib: createZlibBinding,
};
