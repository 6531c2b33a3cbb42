import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As far as it is used here: the package brings no types. */
type S3rver = new (options: {
  address: string;
  port: number;
  silent: boolean;
  directory: string;
  configureBuckets: readonly { name: string }[];
}) => { run(): Promise<AddressInfo>; close(): Promise<void> };

/** A server that speaks S3, on a port of this machine, with one bucket. */
export interface S3Server {
  /** What server, worker and command are given. */
  readonly settings: Readonly<Record<`S3_${string}`, string>>;
  readonly endpoint: string;
  readonly bucket: string;
  close(): Promise<void>;
}

/** Starts one in a folder of its own, which goes with it. The server's own name and secret are fixed. */
export async function startS3Server(): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-s3-'));
  const bucket = 'slipway-test';
  const Server = createRequire(import.meta.url)('@20minutes/s3rver') as S3rver;
  const server = new Server({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    bucket,
    settings: {
      S3_ENDPOINT: endpoint,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    },
    close: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
