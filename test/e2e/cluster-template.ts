import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveDatabase } from '@slipway/db';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DAY_MS = 86_400_000;
const FOLDER = join(root, '.slipway', 'test-clusters');

/**
 * A stopped embedded Postgres with all migrations, kept until a migration or a dependency changes: two dozen products
 * would each make one, and migrate it, before they are what a test is about.
 */
export async function ensureClusterTemplate(): Promise<void> {
  const template = await templatePath();
  if (await exists(template)) return;
  await mkdir(FOLDER, { recursive: true });
  const draft = await mkdtemp(join(FOLDER, 'draft-'));
  try {
    const database = await resolveDatabase({ stateDirectory: draft });
    await database.release();
    await rename(join(draft, 'pg', 'cluster'), template).catch(async (error: unknown) => {
      // Another run in this checkout was as quick.
      if (!(await exists(template))) throw error;
    });
    await removeOld();
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Of older states. Another run may be copying the one before. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(FOLDER)) {
    const path = join(FOLDER, name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > DAY_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Gives a product that has not begun yet a copy of it. Where there is none, the product makes its own. */
export async function copyClusterTemplate(stateDirectory: string): Promise<void> {
  const template = await templatePath();
  if (!(await exists(template))) return;
  const target = join(stateDirectory, 'pg');
  await mkdir(target, { recursive: true, mode: 0o700 });
  await cp(template, join(target, 'cluster'), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

async function templatePath(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')));
  for (const folder of ['drizzle', 'packages/product/db/src/embedded', 'packages/product/db/src/migrations']) {
    const files = (await readdir(join(root, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
    for (const path of files) hash.update(path).update(await readFile(path));
  }
  return join(FOLDER, hash.digest('hex').slice(0, 16));
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
