import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  blobStoreProblem,
  checkBlobs,
  moveBlobs,
  type ObjectStore,
  objectStoreOf,
  openBlobStore,
  s3Fields,
  type S3Settings,
} from '@slipway/blobs';
import { countPlacedBlobs, type Db, openDatabase, resolveDatabase } from '@slipway/db';
import * as z from 'zod';
import { exitCodes, type Output, UsageError } from '../verb/verb.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * At the least: a line, with the totals so far, is written only when a blob has been moved, so a large one is silent
 * for longer.
 */
const TELL_EVERY_MS = 2000;

/** Only `move` needs the settings of the other store. */
export async function runBlobs(argv: readonly string[], env: Environment, { stdout }: Output): Promise<number> {
  const asked = parse(argv);
  const settings = readSettings(env, asked.verb === 'move');
  const objects = objectStoreOf(settings);
  return await withDatabase(env, async (db) => {
    switch (asked.verb) {
      case 'count': {
        const { rows, objects: kept } = await countPlacedBlobs(db);
        stdout.write(
          `postgres: ${rows.blobs} blobs, ${rows.bytes} bytes\ns3: ${kept.blobs} blobs, ${kept.bytes} bytes\n`,
        );
        return exitCodes.ok;
      }
      case 'check': {
        // The setting says where new bytes go. Reading asks the place that each blob's row names.
        const store = openBlobStore({ ...settings, BLOB_STORE: 'postgres' }, { db });
        const { blobs, bytes, broken, named } = await checkBlobs({ db, store });
        stdout.write(`${blobs} blobs are whole, ${bytes} bytes; ${broken} are not\n`);
        stdout.write(named.map((line) => `  ${line}\n`).join(''));
        return broken === 0 ? exitCodes.ok : exitCodes.failure;
      }
      case 'move':
        return await move({ db, objects }, asked.to, stdout);
    }
  });
}

type Asked = { verb: 'count' | 'check' } | { verb: 'move'; to: 's3' | 'postgres' };

function parse(argv: readonly string[]): Asked {
  const [verb, option, to] = argv;
  if ((verb === 'count' || verb === 'check') && argv.length === 1) return { verb };
  if (verb === 'move' && option === '--to' && (to === 's3' || to === 'postgres') && argv.length === 3)
    return { verb, to };
  throw new UsageError(verb === undefined ? 'no command given' : `cannot understand "${argv.join(' ')}"`);
}

/** Only the settings S3_…, by the server's own schema. `needed`: a move wants the object store to be set up in full. */
function readSettings(env: Environment, needed: boolean): S3Settings {
  const set = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in s3Fields && value !== ''));
  const read = z.object(s3Fields).safeParse(set);
  if (!read.success)
    throw new UsageError(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const problem = blobStoreProblem({ ...read.data, BLOB_STORE: needed ? 's3' : 'postgres' });
  if (problem !== undefined) throw new UsageError(problem);
  return read.data;
}

/** A failure as long as any blob is left in the old place. */
async function move(
  { db, objects }: { db: Db; objects: ObjectStore | undefined },
  to: 's3' | 'postgres',
  stdout: Output['stdout'],
): Promise<number> {
  if (!objects) throw new UsageError('no S3_ENDPOINT given');
  let toldAt = performance.now();
  const moved = await moveBlobs({ db, objects }, to === 's3' ? 'objects' : 'rows', {
    onMoved: ({ blobs, bytes }) => {
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      stdout.write(`${blobs} blobs moved, ${bytes} bytes\n`);
    },
  });
  const left = (await countPlacedBlobs(db))[to === 's3' ? 'rows' : 'objects'];
  stdout.write(`${moved.blobs} blobs moved to ${to}, ${moved.bytes} bytes; ${left.blobs} are left\n`);
  // A server that stores in the old place yet, or a blob that is lost there: `check` tells them apart.
  return left.blobs === 0 ? exitCodes.ok : exitCodes.failure;
}

/** Migrated first, unlike with backups: the places of blobs are columns that the code here must know. */
async function withDatabase<T>(env: Environment, work: (db: Db) => Promise<T>): Promise<T> {
  const stateDirectory = env['STATE_DIR'] || join(fileURLToPath(new URL('../../../..', import.meta.url)), '.slipway');
  const resolved = await resolveDatabase({ databaseUrl: env['DATABASE_URL'] || undefined, stateDirectory });
  const opened = openDatabase(resolved.url, { maxConnections: 5 });
  try {
    return await work(opened.db);
  } finally {
    await opened.close();
    await resolved.release();
  }
}
