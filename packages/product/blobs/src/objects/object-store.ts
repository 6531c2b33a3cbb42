import { createHash } from 'node:crypto';
import { S3mini, S3ServiceError } from 's3mini';
import { makePatientFetch, type Patience } from './patient-fetch.ts';

/** Where the bucket is, and who asks. */
export interface ObjectStoreOptions {
  /** `https://s3.example.org`, without the bucket. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Begins every key: two installations in one bucket have two. */
  prefix: string;
  patience: Patience;
  /** For tests that count and break requests. */
  fetch?: typeof fetch;
}

/** The bytes of a bucket by key. It knows nothing of blobs: `s3-blob-store.ts` does. */
export interface ObjectStore {
  readonly prefix: string;
  /** Keeps a short object whole. The request carries the hash of the bytes, and the store refuses others. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Begins an object that is sent in parts, and gives the upload's id. */
  startUpload(key: string): Promise<string>;
  /** Sends part `number`, from 1. All but the last have 5 MiB at least. */
  sendPart(key: string, uploadId: string, number: number, bytes: Uint8Array): Promise<UploadedPart>;
  /** Makes the object of its parts. Whether it is there now, whoever calls looks by `read`. */
  finishUpload(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<void>;
  /** Throws away what was sent; one that is unknown is none any more. */
  abortUpload(key: string, uploadId: string): Promise<void>;
  /** Bytes from `start` up to, and without, `end`; undefined where there is no such object. */
  read(key: string, range: { start: number; end: number }): Promise<Uint8Array | undefined>;
  /** A missing one is deleted already. */
  delete(key: string): Promise<void>;
}

/** `etag` is the store's own word for the part: CompleteMultipartUpload has to give it back. */
export interface UploadedPart {
  partNumber: number;
  etag: string;
}

/** An object store behind the API of S3, addressed by path. */
export function openObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey, prefix, patience } = options;
  const client = new S3mini({
    accessKeyId,
    secretAccessKey,
    region,
    endpoint: new URL(encodeURIComponent(bucket), endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href,
    fetch: makePatientFetch(patience, options.fetch),
  });
  const signed = (bytes: Uint8Array) => ({
    // Signed with the request: bytes that were damaged on their way are refused.
    'x-amz-content-sha256': createHash('sha256').update(bytes).digest('hex'),
  });
  return {
    prefix,
    put: async (key, bytes) =>
      void (await client.putObject(key, bytes, 'application/octet-stream', undefined, signed(bytes), bytes.length)),
    startUpload: (key) => client.getMultipartUploadId(key),
    sendPart: (key, uploadId, number, bytes) =>
      client.uploadPart(key, uploadId, bytes, number, {}, undefined, signed(bytes)),
    // Repeated after an answer that was lost, it finds no upload any more: the object itself says whether it is there.
    finishUpload: async (key, uploadId, parts) =>
      void (await orMissing(client.completeMultipartUpload(key, uploadId, [...parts]))),
    // 405, 501: a store that cannot throw parts away has rules of its own for them.
    abortUpload: async (key, uploadId) =>
      void (await orMissing(client.abortMultipartUpload(key, uploadId), [404, 405, 501])),
    read: async (key, { start, end }) => {
      if (end <= start) return new Uint8Array();
      const answer = await orMissing(client.getObjectRaw(key, false, start, end));
      if (!answer) return undefined;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      // A store that knows no ranges, or an object that is shorter than its row says.
      if (bytes.length !== end - start)
        throw new Error(`Cannot read bytes ${start}-${end} of object "${key}": ${bytes.length} came`);
      return bytes;
    },
    delete: async (key) => void (await orMissing(client.deleteObject(key))),
  };
}

async function orMissing<T>(asked: Promise<T>, statuses = [404]): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      if (cause instanceof S3ServiceError && statuses.includes(cause.status)) return undefined;
    throw error;
  }
}
