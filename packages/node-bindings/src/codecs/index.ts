import type { BindingTable } from '../registry.ts';

export const codecBindings: BindingTable = {};
