import * as z from 'zod';
import { type ObjectStore, openObjectStore } from '../objects/object-store.ts';
import { defaultPatience } from '../objects/patient-fetch.ts';

/** What server, worker and command read from the environment. All of them name the same store. */
export const s3Fields = {
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of an S3-compatible store, without the bucket; needed with `BLOB_STORE=s3`'),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a name of a bucket')
    .optional()
    .describe('Bucket there; it must exist'),
  S3_REGION: z.string().min(1).default('us-east-1').describe('Region that requests are signed for'),
  S3_ACCESS_KEY_ID: z.string().optional().describe('Who reads, writes and deletes objects there'),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe('The secret of that key'),
  S3_PREFIX: z
    .string()
    .regex(/^[\w./-]{0,200}$/, 'letters, digits, ., -, _ and /')
    .default('slipway/')
    .describe('Begins the key of every object: each installation has a bucket or a prefix of its own'),
  S3_TIMEOUT_SECONDS: z.coerce
    .number()
    .positive()
    .max(600)
    .default(30)
    .describe('A request that takes longer is given up, and tried again up to four times'),
} as const;

/** What is absent is undefined: `missingS3Settings` tells which of them are needed. */
export type S3Settings = z.infer<z.ZodObject<typeof s3Fields>>;

const NEEDED = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

/** Which settings miss, where any of them is given or the store is to be used; none, where nothing speaks of S3. */
export function missingS3Settings(config: S3Settings & { BLOB_STORE: string }): readonly string[] {
  const missing = NEEDED.filter((name) => config[name] === undefined);
  return config.BLOB_STORE !== 's3' && missing.length === NEEDED.length ? [] : missing;
}

/** Undefined unless address, bucket and both keys are set. */
export function objectStoreOf(config: S3Settings): ObjectStore | undefined {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId } = config;
  const secretAccessKey = config.S3_SECRET_ACCESS_KEY;
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return undefined;
  const patience = { ...defaultPatience, timeoutMs: config.S3_TIMEOUT_SECONDS * 1000 };
  const { S3_REGION: region, S3_PREFIX: prefix } = config;
  return openObjectStore({ endpoint, bucket, region, accessKeyId, secretAccessKey, prefix, patience });
}
