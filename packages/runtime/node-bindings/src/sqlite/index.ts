import type { BindingTable } from '../realm/binding-table.ts';
import { createSqliteBinding } from './sqlite-binding.ts';

/** `node:sqlite`: a binding that Node loads with the first database, too. */
export const sqliteBindings: BindingTable = { sqlite: createSqliteBinding };
