import type { BindingTable } from '../realm/binding-table.ts';
import { createHttp2Binding } from './http2-binding.ts';

/** Sessions and streams; their wire format is packages/runtime/http2's. */
export const http2Bindings: BindingTable = {
  http2: createHttp2Binding,
};
