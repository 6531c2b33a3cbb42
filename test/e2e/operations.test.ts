import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from './product.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const book = join(root, 'docs/operations');

let folder: string;
let database: TestDatabase;
let empty: TestDatabase;
let product: Product;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-book-'));
  [database, empty] = [await createTestDatabase(), await createTestDatabase()];
  product = await startProduct({ ROLE: 'api', DATABASE_URL: database.url, LOG_LEVEL: 'warn', STATE_DIR: folder });
  // The bin of a checkout that is built already, and npx, which runs it.
  const bin = `exec "${process.execPath}" --import tsx "${root}apps/cli/src/main.ts" "$@"`;
  for (const [name, script] of [
    ['slipway', bin],
    ['npx', `shift\n${bin}`],
  ] as const) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
});
afterAll(async () => {
  await product.stop();
  await empty.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The lines of every `sh` block, page by page. */
function commandsOfTheBook(): { page: string; command: string }[] {
  return readdirSync(book)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((page) =>
      [...readFileSync(join(book, page), 'utf8').matchAll(/^```sh\n([^]*?)^```/gm)].flatMap((block) =>
        block[1]!
          .trim()
          .split('\n')
          .map((command) => ({ page, command: command.replace(/ +#.*/, '') })),
      ),
    );
}

it('SV-20 every command of the operator’s book does what the book says, as it is written there', async () => {
  const commands = commandsOfTheBook();
  expect(commands.length).toBeGreaterThan(8);
  const failed: string[] = [];
  const done = new Set<string>();
  for (const { page, command } of commands) {
    // Several pages say the same.
    if (done.has(command)) continue;
    done.add(command);
    const written = command
      .replaceAll('/var/backups', folder)
      .replaceAll('127.0.0.1:4000', `127.0.0.1:${product.port}`);
    const restores = / restore /.test(command);
    const env = {
      ...process.env,
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      DATABASE_URL: restores ? empty.url : database.url,
      STATE_DIR: folder,
      PORT: String(product.port),
    };
    try {
      const { stdout } = await promisify(execFile)('sh', ['-c', written], { cwd: root, env });
      if (stdout === '') failed.push(`${page}: ${command} says nothing`);
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      failed.push(`${page}: ${command}: ${stdout}${stderr}`);
    }
  }
  expect(failed).toEqual([]);
}, 400_000);
