import type { BindingTable } from '../registry.ts';

export const fsBindings: BindingTable = {};
