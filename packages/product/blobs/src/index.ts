export type {
  BlobBody,
  BlobPage,
  BlobPut,
  BlobRange,
  BlobRead,
  BlobStore,
  NewBlob,
  StoredBlob,
} from './store/blob-store.ts';
export {
  type BlobStoreKind,
  blobStoreKinds,
  blobStoreProblem,
  createBlobStore,
  openBlobStore,
} from './create-blob-store.ts';
export { checkBlobs, type CheckedBlobs } from './moving/check-blobs.ts';
export { type Moved, moveBlobs } from './moving/move-blobs.ts';
export { sweepLeftovers } from './objects/leftovers.ts';
export { type ObjectStore, openObjectStore } from './objects/object-store.ts';
export { objectStoreOf, s3Fields, type S3Settings } from './s3/s3-settings.ts';
export { readBlob } from './store/read-blob.ts';
export { readFileAt } from './store/read-file-at.ts';
export { type ReadableEntry, readSnapshotEntries, readTreeEntries } from './store/read-snapshot-entries.ts';
export { readSnapshotFiles, readTreeFiles, type SnapshotFile } from './store/read-snapshot-files.ts';
export { storePacked } from './store/store-packed.ts';
export { storeBytes, storeManyOwned, storeOwned } from './store/store-owned.ts';
export { describeDifferences, describeEntries, measureDifferences } from './saves/describe-differences.ts';
export { readSave } from './saves/read-save.ts';
export { saveChanges, type SaveNeeds, type SaveRequest, type SaveResult } from './saves/save-changes.ts';
