import type { Db } from '@slipway/db';
import { createPostgresBlobStore } from './postgres/postgres-blob-store.ts';
import { createS3BlobStore } from './s3/s3-blob-store.ts';
import { missingS3Settings, objectStoreOf, type S3Settings } from './s3/s3-settings.ts';
import type { ObjectStore } from './objects/object-store.ts';
import type { BlobStore } from './store/blob-store.ts';

interface StoreNeeds {
  db: Db;
  objects: ObjectStore | undefined;
}

/** The stores that BLOB_STORE can name. A new one is a line here and a folder beside `postgres/`. */
const stores = {
  postgres: ({ db, objects }: StoreNeeds): BlobStore => createPostgresBlobStore(db, { objects }),
  s3: ({ db, objects }: StoreNeeds): BlobStore => {
    if (!objects) throw new Error('Cannot open the blob store "s3": S3_ENDPOINT is not configured');
    return createS3BlobStore(db, objects);
  },
} as const;

/** What BLOB_STORE can be. */
export type BlobStoreKind = keyof typeof stores;

/** Every name; the configurations of server and worker refuse any other. */
export const blobStoreKinds = Object.keys(stores) as [BlobStoreKind, ...BlobStoreKind[]];

/**
 * The store that a configuration names. Another one that is configured beside it is read too: blobs stay where they
 * are until `slipway blobs move` moves them.
 */
export function openBlobStore(config: S3Settings & { BLOB_STORE: BlobStoreKind }, needs: { db: Db }): BlobStore {
  return stores[config.BLOB_STORE]({ ...needs, objects: objectStoreOf(config) });
}

/** The store of that name, without any other beside it. */
export function createBlobStore(kind: 'postgres', needs: { db: Db }): BlobStore {
  return stores[kind]({ ...needs, objects: undefined });
}

/** What a configuration of the store lacks, in words for its reader; undefined where it is whole. */
export function blobStoreProblem(config: S3Settings & { BLOB_STORE: string }): string | undefined {
  const missing = missingS3Settings(config);
  return missing.length === 0 ? undefined : `${missing.join(', ')}: needed by the S3 store`;
}
