/**
 * PostgreSQL at localhost:5432 of a container, which nobody has installed or started, as the quick starts of drivers and
 * query builders use it. The packages are the registry's own.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';

const LIMIT_MS = 180_000;
const DEPENDENCIES = { pg: '8.16.3', postgres: '3.4.7', knex: '3.1.0', 'drizzle-orm': '0.44.5' };
/** By a name: what the house looks for are its own imports of the driver. */
const DRIVER = 'postgres';
const ADDRESS = 'postgres://somebody:secret@localhost:5432/app';

let container: TestContainer;
let folder: string;
beforeAll(async () => {
  // Packages without native parts: this machine's npm lays them out as the container's does, once for both pages.
  folder = mkdtempSync(join(tmpdir(), 'slipway-database-'));
  const project = { private: true, type: 'module', dependencies: DEPENDENCIES };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts'];
  const install = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: LIMIT_MS });
  expect(install.status, install.stderr).toBe(0);
  container = await openTestContainer(undefined, { keep: true });
  await container.mount({ folder });
}, 2 * LIMIT_MS);
afterAll(async () => {
  await container?.close();
  rmSync(folder, { recursive: true, force: true });
});

const program = (text: string): ReturnType<TestContainer['run']> =>
  container.run('node', ['--input-type=module', '-e', text], { limitMs: LIMIT_MS, env: { DATABASE_URL: ADDRESS } });

it(
  'TC-09 pg connects to a database nobody started, which is started and said so',
  async () => {
    const run = await program(`
    import pg from 'pg';
    const client = new pg.Client(process.env.DATABASE_URL);
    await client.connect();
    await client.query('create table notes (id serial primary key, body text not null)');
    await client.query('insert into notes (body) values ($1), ($2)', ['first', 'naïve — 漢字']);
    console.log(JSON.stringify((await client.query('select * from notes where id > $1', [0])).rows));
    await client.query('select 1 / 0').catch((error) => console.log(error.code, error.message));
    await client.end();
  `);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stdout).toBe('[{"id":1,"body":"first"},{"id":2,"body":"naïve — 漢字"}]\n22012 division by zero\n');
    expect(run.stderr).toContain('starting PostgreSQL (PGlite) for localhost:5432');
  },
  LIMIT_MS,
);

it(
  'TC-09 postgres, knex and drizzle run their quick starts on it, each with a pool of connections',
  async () => {
    const run = await program(`
    import postgres from '${DRIVER}';
    import knex from 'knex';
    import { drizzle } from 'drizzle-orm/node-postgres';
    import { eq } from 'drizzle-orm';
    import { pgTable, serial, text } from 'drizzle-orm/pg-core';
    const sql = postgres(process.env.DATABASE_URL);
    const asked = await Promise.all(Array.from({ length: 20 }, (_, index) => sql\`select \${index}::int as n\`));
    console.log(asked.map(([row]) => row.n).join());
    await sql.begin(async (transaction) => {
      await transaction\`insert into notes (body) values ('gone')\`;
      throw new Error('rolled back');
    }).catch((error) => console.log(error.message));
    await sql.end();
    const build = knex({ client: 'pg', connection: process.env.DATABASE_URL });
    await build.schema.createTable('people', (table) => { table.increments(); table.string('name'); });
    await build('people').insert([{ name: 'Ada' }, { name: 'Grace' }]);
    console.log(await build('people').where('name', 'like', 'A%').count());
    await build.destroy();
    const notes = pgTable('notes', { id: serial('id').primaryKey(), body: text('body').notNull() });
    const db = drizzle(process.env.DATABASE_URL);
    await db.insert(notes).values({ body: 'from drizzle' });
    console.log(await db.select({ body: notes.body }).from(notes).where(eq(notes.body, 'from drizzle')));
    await db.$client.end();
  `);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    const numbers = Array.from({ length: 20 }, (_, index) => index).join();
    expect(run.stdout).toBe(`${numbers}\nrolled back\n[ { count: '1' } ]\n[ { body: 'from drizzle' } ]\n`);
    expect(run.stderr).not.toContain('starting PostgreSQL');
  },
  LIMIT_MS,
);

it(
  'TC-09 transactions of two connections do not mix: one waits, or is told who keeps it waiting',
  async () => {
    const run = await program(`
    import pg from 'pg';
    const [one, two, three] = [1, 2, 3].map(() => new pg.Client(process.env.DATABASE_URL));
    await Promise.all([one.connect(), two.connect(), three.connect()]);
    await three.query('listen news');
    three.on('notification', ({ payload }) => console.log('heard', payload));
    await one.query({ name: 'same', text: 'select 1 as n' });
    console.log((await two.query({ name: 'same', text: 'select 2 as n' })).rows[0].n);
    await one.query('begin');
    await one.query("insert into notes (body) values ('mine')");
    const counted = two.query("select count(*)::int as n from notes where body = 'mine'");
    await one.query('commit');
    console.log((await counted).rows[0].n);
    await one.query("notify news, 'extra'");
    await one.query('begin');
    await two.query('select 1').catch((error) => console.log(error.code, /one transaction at a time/.test(error.message)));
    await one.end();
    console.log((await two.query('select 3 as n')).rows[0].n);
    await Promise.all([two.end(), three.end()]);
  `);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stdout.split('\n').sort()).toEqual(['', '1', '2', '3', '55P03 true', 'heard extra']);
  },
  LIMIT_MS,
);

it(
  'RN-14 TC-09 what was committed is there after a crash of the tab, and no save of the project has it',
  async () => {
    const port = await container.run('sh', [
      '-c',
      'ls -d ~/.local/share/slipway/postgres/app && find . -name PG_VERSION',
    ]);
    expect(port.stdout).toBe('/home/.local/share/slipway/postgres/app\n');
    // What a power cut would take is asked of the writer first: this is about the database's own recovery.
    await program('await new Promise((resolve) => setTimeout(resolve, 1500))');
    await container.reopen('crash');
    const run = await program(`
    import pg from 'pg';
    const client = new pg.Client(process.env.DATABASE_URL);
    await client.connect();
    console.log((await client.query('select count(*)::int as n from notes')).rows[0].n);
    await client.end();
  `);
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: '4\n' });
  },
  LIMIT_MS,
);
