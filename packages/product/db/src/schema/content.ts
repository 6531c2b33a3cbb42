import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, createdAt, micros } from './columns.ts';
import { users } from './users.ts';

/**
 * Storage of bytes, shared by everybody. Holding a row here gives nobody a
 * right to it: see `ownerBlobs`. By default the bytes live here, so that the sweep
 * is one statement and a worker on another machine needs no shared disk; where an
 * object store is configured (SV-21), the row says under which key it has them.
 */
export const blobs = pgTable(
  'blobs',
  {
    sha256: text('sha256').primaryKey(),
    size: bigint('size', { mode: 'number' }).notNull(),
    bytes: bytea('bytes'),
    /** In the object store. Each is written once: a blob that comes back after it was swept has another key. */
    objectKey: text('object_key'),
    /** Git's id of the same bytes. Null only until the migration to git's objects has passed here. */
    oid: text('oid'),
    createdAt: createdAt(),
  },
  (table) => [
    check('blobs_placed', sql`(${table.bytes} is null) <> (${table.objectKey} is null)`),
    index('blobs_in_objects')
      .on(table.sha256)
      .where(sql`object_key is not null`),
  ],
);

/**
 * Keys of the object store that no blob has: not yet, while bytes are on their way, or not any more. So a process
 * that dies between the two stores leaves nothing that nobody knows of.
 */
export const blobLeftovers = pgTable('blob_leftovers', {
  objectKey: text('object_key').primaryKey(),
  /** Of an upload in parts: what has come of it is deleted under this name. */
  uploadId: text('upload_id'),
  /** No blob may take it any more: its object is about to be deleted. */
  doomed: boolean('doomed').notNull().default(false),
  createdAt: createdAt(),
});

/** The right of an owner to name a blob in a tree. */
export const ownerBlobs = pgTable(
  'owner_blobs',
  {
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    sha256: text('sha256')
      .notNull()
      .references(() => blobs.sha256, { onDelete: 'restrict' }),
    confirmedAt: micros('confirmed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.sha256] }), index('owner_blobs_sha256').on(table.sha256)],
);

/**
 * A set of entries under its hash. Two snapshots with
 * the same content share one, whoever owns them.
 */
export const trees = pgTable('trees', {
  /** SHA-256 of the canonical text of the entries. */
  id: text('id').primaryKey(),
  files: integer('files').notNull(),
  bytes: bigint('bytes', { mode: 'number' }).notNull(),
  createdAt: createdAt(),
});

/** Its rows are never changed. RESTRICT keeps the bytes for as long as a tree names them. */
export const treeEntries = pgTable(
  'tree_entries',
  {
    treeId: text('tree_id')
      .notNull()
      .references(() => trees.id, { onDelete: 'cascade' }),
    path: text('path').notNull(),
    kind: text('kind', { enum: ['file', 'dir', 'link'] }).notNull(),
    mode: integer('mode').notNull(),
    sha256: text('sha256').references(() => blobs.sha256, { onDelete: 'restrict' }),
    size: bigint('size', { mode: 'number' }).notNull().default(0),
    target: text('target'),
  },
  (table) => [primaryKey({ columns: [table.treeId, table.path] }), index('tree_entries_sha256').on(table.sha256)],
);

/**
 * Bytes again, packed: made once for all who name them, since packing depends on nothing else. A row
 * goes with its blob; the packed bytes are then nobody's, and swept.
 */
export const blobEncodings = pgTable(
  'blob_encodings',
  {
    sha256: text('sha256')
      .notNull()
      .references(() => blobs.sha256, { onDelete: 'cascade' }),
    encoding: text('encoding', { enum: ['br', 'gzip'] }).notNull(),
    encodedSha256: text('encoded_sha256')
      .notNull()
      .references(() => blobs.sha256, { onDelete: 'restrict' }),
    size: bigint('size', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sha256, table.encoding] }),
    index('blob_encodings_encoded').on(table.encodedSha256),
  ],
);
