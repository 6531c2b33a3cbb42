import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type postgres from 'postgres';
import { liftConnectionLimits } from '../connection/connection-limits.ts';
import { openClient } from '../connection/open-client.ts';
import { type BackupHeader, type BackupSummary } from './backup-format.ts';
import { copyTarget, describeTables, quoteName } from './describe-tables.ts';

/**
 * Writes the whole database to `sink`, as it is at one moment, while servers and
 * workers go on. Files are in it, as the default store keeps them in the database;
 * the key that seals secrets is not.
 */
export async function writeBackup(url: string, sink: Writable): Promise<BackupSummary> {
  const client = openClient(url, { maxConnections: 1 });
  const packed = createGzip({ level: 1 });
  packed.pipe(sink);
  const written = finished(sink);
  // Told by whoever waits for it below; until then it must not count as unhandled.
  written.catch(() => undefined);
  const push = async (bytes: Uint8Array | string): Promise<void> => {
    if (!packed.write(bytes)) await Promise.race([once(packed, 'drain'), written]);
  };
  try {
    await liftConnectionLimits(client, { until: 'session' });
    const summary = await client.begin('isolation level repeatable read read only', async (tx) => {
      const header = await makeHeader(tx);
      await push(`${JSON.stringify(header)}\n`);
      let bytes = 0;
      for (const table of header.tables) {
        const rows = await tx.unsafe(`copy ${copyTarget(table)} to stdout (format binary)`).readable();
        for await (const piece of rows as AsyncIterable<Buffer>) {
          bytes += piece.length;
          await push(lengthOf(piece));
          await push(piece);
        }
        // The driver stops reading its socket when the last piece was a large one, and the end of a stream is no reason
        // for it to go on: asked for more, it does, and finds that the copy has ended.
        rows._read(0);
        await push(Buffer.alloc(4));
      }
      await push(`${JSON.stringify({ end: 'slipway-backup' })}\n`);
      return { tables: header.tables.length, rows: header.tables.reduce((sum, { rows }) => sum + rows, 0), bytes };
    });
    packed.end();
    await written;
    return summary as BackupSummary;
  } finally {
    packed.destroy();
    await client.end({ timeout: 5 });
  }
}

async function makeHeader(tx: postgres.TransactionSql): Promise<BackupHeader> {
  const tables = [];
  for (const table of await describeTables(tx)) {
    const [row] = await tx.unsafe<{ count: number }[]>(`select count(*) as count from ${quoteName(table.name)}`);
    tables.push({ ...table, rows: row!.count });
  }
  const [applied] = await tx<{ count: number }[]>`select count(*) as count from drizzle.__drizzle_migrations`;
  return {
    format: 'slipway-backup',
    version: 1,
    migrations: applied!.count,
    madeAt: new Date().toISOString(),
    tables,
  };
}

function lengthOf(piece: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(piece.length);
  return length;
}
