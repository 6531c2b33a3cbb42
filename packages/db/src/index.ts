export * from './database.ts';
export { countMigrations, migrateDatabase } from './migrate.ts';
export { type ResolvedDatabase, resolveDatabase } from './resolve-database.ts';
export * from './queries/index.ts';
