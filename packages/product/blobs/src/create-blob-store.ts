import type { Db } from '@slipway/db';
import type { BlobStore } from './store/blob-store.ts';
import { createPostgresBlobStore } from './postgres/postgres-blob-store.ts';

/** The stores that BLOB_STORE can name. A new one is a line here and a folder beside `postgres/`. */
const stores = {
  postgres: ({ db }: { db: Db }): BlobStore => createPostgresBlobStore(db),
} as const;

/** Name of a store, as the operator writes it. */
export type BlobStoreKind = keyof typeof stores;

/** Every name; the configurations of server and worker refuse any other. */
export const blobStoreKinds = Object.keys(stores) as [BlobStoreKind, ...BlobStoreKind[]];

/** The store that the configuration names. */
export function createBlobStore(kind: BlobStoreKind, needs: { db: Db }): BlobStore {
  return stores[kind](needs);
}
