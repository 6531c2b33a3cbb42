import type { BindingTable } from '../registry.ts';

export const coreBindings: BindingTable = {};
