import * as z from 'zod';

/**
 * A backup is one gzip stream:
 *
 *   header, a line of JSON: `backupHeader`
 *   each table of the header, in its order: pieces, each a length of four bytes
 *     (big-endian) and so many bytes; a length of 0 ends the table. Together the
 *     pieces are what `COPY … (FORMAT binary)` says.
 *   footer, a line of JSON: `backupFooter`. Without it the backup was cut off.
 */
export const backupTable = z.strictObject({
  name: z.string(),
  columns: z.array(z.string()),
  rows: z.int().nonnegative(),
});

/** The first line of a backup, so that one of another version is refused before a row is written. */
export const backupHeader = z.strictObject({
  format: z.literal('slipway-backup'),
  version: z.literal(1),
  /** How many migrations the database had seen: it is restored by a version that has as many. */
  migrations: z.int().nonnegative(),
  madeAt: z.iso.datetime(),
  /** In an order in which no row comes before one that it refers to. */
  tables: z.array(backupTable).max(1000),
});
/** `tables` also says which columns each has, since COPY names none. */
export type BackupHeader = z.infer<typeof backupHeader>;

/** The last line: a backup without it was cut off, and is not restored. */
export const backupFooter = z.strictObject({ end: z.literal('slipway-backup') });

/** A header has a line for each column of the product, no more. */
export const HEADER_LIMIT_BYTES = 1024 * 1024;

/** `bytes` are those of the contents, not of the file. */
export interface BackupSummary {
  tables: number;
  rows: number;
  /** Of the tables' contents, before they are packed. */
  bytes: number;
}
