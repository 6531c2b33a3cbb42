import type { BindingTable } from '../registry.ts';

export const processBindings: BindingTable = {};
