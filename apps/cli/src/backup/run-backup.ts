import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BackupSummary, locateDatabase, readBackup, type ResolvedDatabase, writeBackup } from '@slipway/db';
import { exitCodes, type Output, UsageError } from '../verb/verb.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Written to FILE.part and renamed, so that FILE is whole or not there. */
export async function runBackup(argv: readonly string[], env: Environment, { stdout }: Output): Promise<number> {
  const file = fileOf(argv, env);
  const draft = `${file}.part`;
  const summary = await withDatabase(env, async ({ url }) => {
    try {
      return await writeBackup(url, createWriteStream(draft, { mode: 0o600 }));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  });
  await keep(draft, file);
  stdout.write(`${describe(summary)} saved to ${file}\n`);
  stdout.write(
    'The key that seals secrets is not in it: keep SECRET_KEY, or STATE_DIR/secret-key, in another place.\n',
  );
  return exitCodes.ok;
}

/** A FILE that cannot be read is told before the database is touched. */
export async function runRestore(argv: readonly string[], env: Environment, { stdout }: Output): Promise<number> {
  const file = fileOf(argv, env);
  // Opened before the database is looked at: a stream tells only later that there is no file.
  const source = await open(file).then(async (handle) => (await handle.close(), createReadStream(file)));
  const summary = await withDatabase(env, ({ url }) => readBackup(url, source));
  stdout.write(`${describe(summary)} restored from ${file}\n`);
  return exitCodes.ok;
}

function fileOf(argv: readonly string[], env: Environment): string {
  const [file, ...rest] = argv;
  if (file === undefined || file === '') throw new UsageError('no file given');
  if (rest.length > 0 || file.startsWith('-')) throw new UsageError(`cannot understand "${argv.join(' ')}"`);
  return resolve(env['SLIPWAY_CWD'] ?? process.cwd(), file);
}

/** As it is, without migrations: a backup is of the version that made it, and a restore fills an empty database. */
async function withDatabase<T>(env: Environment, work: (database: ResolvedDatabase) => Promise<T>): Promise<T> {
  const stateDirectory = env['STATE_DIR'] || join(fileURLToPath(new URL('../../../..', import.meta.url)), '.slipway');
  const database = await locateDatabase({ databaseUrl: env['DATABASE_URL'] || undefined, stateDirectory });
  try {
    return await work(database);
  } finally {
    await database.release();
  }
}

/** On the disk before it has its name: a backup that is there is whole, also after a power cut. */
async function keep(draft: string, file: string): Promise<void> {
  for (const path of [draft, dirname(file)]) {
    const handle = await open(path);
    await handle.sync();
    await handle.close();
    if (path === draft) await rename(draft, file);
  }
}

function describe({ tables, rows, bytes }: BackupSummary): string {
  return `${rows} rows of ${tables} tables, ${bytes} bytes,`;
}
