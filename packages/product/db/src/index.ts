export * from './connection/database.ts';
export { isConnectionLoss, isConnectTimeout, isDatabaseAway } from './connection/guard-transactions.ts';
export { countMigrations, migrateDatabase } from './migrations/migrate.ts';
export { type DatabasePlace, locateDatabase, type ResolvedDatabase, resolveDatabase } from './resolve-database.ts';
export type { BackupSummary } from './backup/backup-format.ts';
export { readBackup } from './backup/read-backup.ts';
export { writeBackup } from './backup/write-backup.ts';
export * from './queries/index.ts';
