import type { BindingTable } from '../registry.ts';
import { createSqliteBinding } from './sqlite-binding.ts';

/** SQLite. */
export const sqliteBindings: BindingTable = { sqlite: createSqliteBinding };
