/**
 * Makes an empty cluster of PostgreSQL and packs it into one file, always of the same bytes:
 *
 *   npx tsx packages/runtime/container/build/make-cluster.ts <output>
 *
 * A program of its own, since it changes the clock and the dice of its process: two servers of an installation build
 * the runtime each for itself, and a file's name comes from its bytes. initdb takes five seconds of processor time;
 * nobody is to wait for that in a tab.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type ClusterIndex, PAGE_BYTES } from '../guest/postgres/cluster.ts';

const BLOCK = 512;
/** Behind what initdb writes into postgresql.conf: a database of a tab is small. */
const SETTINGS = 'shared_buffers = 16MB\nmin_wal_size = 4MB\nmax_wal_size = 32MB\n';
const CLOCK_MS = Date.UTC(2026, 0, 1);

function fillEvenly<T extends ArrayBufferView>(view: T): T {
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).fill(7);
  return view;
}
Date.now = () => CLOCK_MS;
// What Emscripten asks; the nonce made of it is for a sign-in by password, which nobody does here.
Object.assign(createRequire(import.meta.url)('node:crypto'), { randomFillSync: fillEvenly });
Object.assign(globalThis.crypto, { getRandomValues: fillEvenly });

const { PGlite } = await import('@electric-sql/pglite');
const database = new PGlite('memory://', {
  // Segments of 16 MB would be most of what an empty database takes of the browser's storage.
  initDbStartParams: ['--wal-segsize=1'],
});
await database.waitReady;
const tar = Buffer.from(await (await database.dumpDataDir('none')).arrayBuffer());
await database.close();

const folders: string[] = [];
const files: [path: string, size: number, pages: number[]][] = [];
/** The first one is all zeros. */
const parts: Buffer[] = [];
const numbers = new Map<string, number>();
/** Most pages are there three times, once for each database. */
function store(page: Buffer): number {
  const whole = Buffer.alloc(PAGE_BYTES);
  page.copy(whole);
  const key = createHash('sha256').update(whole).digest('hex');
  const number = numbers.get(key) ?? parts.push(whole) - 1;
  numbers.set(key, number);
  return number;
}
store(Buffer.alloc(PAGE_BYTES));

function storeFile(bytes: Buffer): number[] {
  const pages: number[] = [];
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) pages.push(store(bytes.subarray(at, at + PAGE_BYTES)));
  while (pages.at(-1) === 0) pages.pop();
  return pages;
}

const field = (at: number, length: number): string => tar.toString('latin1', at, at + length).replace(/\0.*$/s, '');
// The fields of ustar: name at 0, size at 124 (octal), type at 156, prefix at 345.
for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
  const name = `${field(at + 345, 155)}${field(at, 100)}`.replace(/^\/|\/$/g, '');
  const size = Number.parseInt(field(at + 124, 12), 8) || 0;
  const found = tar.subarray(at + BLOCK, at + BLOCK + size);
  const bytes = name === 'postgresql.conf' ? Buffer.concat([found, Buffer.from(SETTINGS)]) : found;
  if (field(at + 156, 1) === '5') folders.push(name);
  else if (name !== 'postmaster.pid') files.push([name, bytes.length, storeFile(bytes)]);
  at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
}
const head = Buffer.from(JSON.stringify({ folders, files } satisfies ClusterIndex));
const length = Buffer.alloc(4);
length.writeUInt32LE(head.length);
const [output] = process.argv.slice(2);
if (output === undefined) throw new Error('Cannot write the cluster: no file is named');
writeFileSync(output, Buffer.concat([length, head, ...parts]));
process.exit(0);
