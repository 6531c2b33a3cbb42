import { randomBytes } from 'node:crypto';
import { SAVE_TYPE } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { makeDevices, shaOf, splicedFile, wholeFile } from './testing/make-device.ts';

let tested: TestServer;
let token: string;
beforeAll(async () => {
  tested = await createTestServer({ env: { TREE_LIMIT_ENTRIES: '2000', BLOB_LIMIT_BYTES: '1000000' } });
  token = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

const { api, createProject, files, makeDevice } = makeDevices(
  { call: (...args) => tested.call(...args) } as TestServer,
  () => token,
);

/** How many rows all tables of content have. */
async function countRows(): Promise<number> {
  const tables = [
    'blobs',
    'owner_blobs',
    'objects',
    'commits',
    'refs',
    'ref_log',
    'snapshots',
    'owner_events',
    'trees',
    'tree_entries',
  ];
  const counts = tables.map((table) => `(select count(*) from ${table})`).join(' + ');
  const [row] = await tested.database.db.execute<{ count: number }>(sql.raw(`select (${counts})::int as count`));
  return row!.count;
}

describe('saves', () => {
  it('HI-02 what was saved by change reads back to the byte: modes, links, folders, names, any bytes', async () => {
    const projectId = await createProject();
    const device = makeDevice(projectId, 'A');
    const bytes = new Uint8Array(randomBytes(3_000));
    await device.save([
      wholeFile('src/ü\u{1f600}.bin', bytes, 0o755),
      wholeFile('.git/config', '[core]'),
      wholeFile('odd', 'x', 0o600),
      { kind: 'link', path: 'l', target: '../x' },
      { kind: 'dir', path: 'empty', mode: 0o755 },
      { ...wholeFile('.env', 'KEY=1'), hidden: true } as never,
    ]);
    expect(await files(projectId)).toEqual({
      'src/ü\u{1f600}.bin': Buffer.from(bytes).toString('latin1'),
      '.git/config': '[core]',
      odd: 'x',
      l: '-> ../x',
      'empty/': '755',
      '.env': 'KEY=1',
    });
    const { entries } = (await api('GET', `/projects/${projectId}/snapshots/latest`)).json<{
      entries: { path: string; mode?: number }[];
    }>();
    expect(Object.fromEntries(entries.map(({ path, mode }) => [path, mode]))).toMatchObject({
      'src/ü\u{1f600}.bin': 0o755,
      odd: 0o600,
    });
    await device.save([{ kind: 'gone', path: 'src' }, { kind: 'gone', path: 'l' }, wholeFile('empty/now', 'full')]);
    expect(Object.keys(await files(projectId)).sort()).toEqual(['.env', '.git/config', 'empty/now', 'odd']);
  });

  it('HI-01 one edit among 1,500 files sends and stores what changed, and a hundred edits a hundred times that', async () => {
    const projectId = await createProject();
    const device = makeDevice(projectId, 'A');
    const text = (at: number, line: string) => `${'const x = 1;\n'.repeat(100)}// ${String(at)} ${line}\n`;
    const paths = Array.from({ length: 1_500 }, (_, at) => `src/d${String(at % 30)}/f${String(at)}.ts`);
    await device.save(paths.map((path, at) => wholeFile(path, text(at, ''))));
    const before = await countRows();
    const change = splicedFile(paths[700]!, text(700, ''), text(700, 'edited'));
    const { snapshot } = await device.save([change]);
    expect(snapshot).toMatchObject({ files: 1_500, revision: 2, device: 'A', kind: 'save' });
    expect((await countRows()) - before).toBeLessThanOrEqual(20);
    for (let save = 0; save < 20; save++) await device.save([wholeFile('src/d1/f1.ts', `edit ${String(save)}`)]);
    expect((await countRows()) - before).toBeLessThanOrEqual(21 * 20);
    const read = await api('GET', `/projects/${projectId}/snapshots/latest/files/${paths[700]!}`);
    expect(read.text).toBe(text(700, 'edited'));
  }, 60_000);

  it('HI-01 of a folder of a thousand names a save stores a difference', async () => {
    const projectId = await createProject();
    const device = makeDevice(projectId, 'A');
    await device.save(Array.from({ length: 1_000 }, (_, at) => wholeFile(`file ${String(at)}`, String(at))));
    const sizes = async () =>
      (
        await tested.database.db.execute<{ bytes: number }>(sql`
          select sum(octet_length(z))::int as bytes from objects where project_id = ${projectId} and type = 'tree'`)
      )[0]!.bytes;
    const whole = await sizes();
    for (let save = 0; save < 40; save++) await device.save([wholeFile('file 500', `edit ${String(save)}`)]);
    // One whole tree where a chain of 32 ends.
    expect((await sizes()) - whole).toBeLessThan(whole * 1.2 + 40 * 200);
    expect((await api('GET', `/projects/${projectId}/snapshots/latest/files/file%20500`)).text).toBe('edit 39');
  }, 60_000);

  it('HI-03 two devices that save on one base are merged, and what cannot be is kept twice and told', async () => {
    const projectId = await createProject();
    const [a, b] = [makeDevice(projectId, 'A'), makeDevice(projectId, 'B')];
    await a.save([wholeFile('code.ts', '1\n2\n3\n'), wholeFile('z.bin', '\0'), wholeFile('old', 'x')]);
    b.base = a.base;
    await a.save([wholeFile('code.ts', 'one\n2\n3\n'), wholeFile('z.bin', '\0a'), { kind: 'gone', path: 'old' }]);
    const { snapshot, merged } = await b.save([
      splicedFile('code.ts', '1\n2\n3\n', '1\n2\nthree\n'),
      wholeFile('z.bin', '\0b'),
      wholeFile('new', 'b'),
    ]);
    expect(snapshot).toMatchObject({ kind: 'merge', device: 'B', files: 4 });
    expect(await files(projectId)).toEqual({
      'code.ts': 'one\n2\nthree\n',
      'z.bin': '\0a',
      'z.device-B.bin': '\0b',
      new: 'b',
    });
    expect(merged!.conflicts).toEqual([{ path: 'z.bin', outcome: 'kept-both', keptAs: 'z.device-B.bin' }]);
    expect(merged!.changes).toMatchObject([
      { kind: 'gone', path: 'old' },
      { kind: 'file', path: 'code.ts', sha256: shaOf('one\n2\nthree\n') },
      { kind: 'file', path: 'z.bin', sha256: shaOf('\0a') },
      { kind: 'file', path: 'z.device-B.bin' },
    ]);
  });

  it('HI-03 without a merge the second is told what changed, and nothing is saved', async () => {
    const projectId = await createProject();
    const [a, b] = [makeDevice(projectId, 'A'), makeDevice(projectId, 'B')];
    await a.save([wholeFile('a', '1')]);
    b.base = a.base;
    const { snapshot } = await a.save([wholeFile('a', '2')]);
    const refused = await b.post([wholeFile('b', '1')], { merge: false });
    expect(refused.status).toBe(409);
    expect(refused.json()).toMatchObject({
      code: 'STALE_REVISION',
      details: { revision: 2, head: snapshot.commit, changed: ['a'] },
    });
    b.base = 'f'.repeat(40);
    const unknown = await b.post([wholeFile('b', '1')]);
    expect(unknown.json()).toMatchObject({ code: 'STALE_REVISION', details: { revision: 2, changed: null } });
    expect(Object.keys(await files(projectId))).toEqual(['a']);
  });

  it('HI-03 of ten devices that save at once nobody’s file is lost', async () => {
    const projectId = await createProject();
    const first = makeDevice(projectId, 'A');
    await first.save([wholeFile('a', '1')]);
    const saved = Array.from({ length: 10 }, async (_, at) => {
      const device = makeDevice(projectId, `D${String(at)}`);
      for (let patience = 0; patience < 20; patience++) {
        device.base = first.base;
        const answer = await device.post([wholeFile(`file ${String(at)}`, String(at))]);
        if (answer.status === 201) return;
        expect(answer.status).toBe(429);
      }
      throw new Error('Cannot save: always somebody else');
    });
    await Promise.all(saved);
    expect(Object.keys(await files(projectId))).toHaveLength(11);
  }, 60_000);

  it('a save of nothing makes nothing, and a rename sends no bytes', async () => {
    const projectId = await createProject();
    const device = makeDevice(projectId, 'A');
    const { snapshot } = await device.save([wholeFile('a', 'text')]);
    const again = await device.post([wholeFile('a', 'text')]);
    expect(again.status).toBe(200);
    expect(again.json()).toMatchObject({ snapshot: { id: snapshot.id }, merged: null });
    const known = { ...wholeFile('b', 'text'), content: { as: 'known' } } as ReturnType<typeof wholeFile>;
    delete known.bytes;
    await device.save([{ kind: 'gone', path: 'a' }, known]);
    expect(await files(projectId)).toEqual({ b: 'text' });
  });

  it('HI-04 bytes that only another project has are not known here, and what does not fit is to be sent whole', async () => {
    const other = makeDevice(await createProject(), 'A');
    const secret = randomBytes(20).toString('hex');
    await other.save([wholeFile('secret', secret)]);
    // What the owner put a day ago is his no more but by what his projects name.
    await tested.database.db.execute(sql`delete from owner_blobs`);
    const projectId = await createProject();
    const device = makeDevice(projectId, 'A');
    await device.save([wholeFile('a', 'text')]);
    const known = { ...wholeFile('b', secret), content: { as: 'known' } } as ReturnType<typeof wholeFile>;
    delete known.bytes;
    const splices = [splicedFile('a', 'other', 'otter'), splicedFile('none', 'x', 'xy')];
    const refused = await device.post([known, ...splices, wholeFile('fine', '1')]);
    expect(refused.status).toBe(422);
    const { code, details } = refused.json<{ code: string; details: { paths: string[] } }>();
    expect([code, details.paths.sort()]).toEqual(['MISSING_CONTENT', ['a', 'b', 'none']]);
    expect(await files(projectId)).toEqual({ a: 'text' });
  });

  it('SV-04 bodies that are no save, bytes that lie, and too many files are refused whole', async () => {
    const projectId = await createProject();
    const device = makeDevice(projectId, 'A');
    const send = (body: string, type = SAVE_TYPE) =>
      api('POST', `/projects/${projectId}/saves`, { body, headers: { 'content-type': type } });
    const save = { base: null, device: 'A', merge: true, changes: [] };
    const line = (change: object) => `${JSON.stringify({ ...save, ...change })}\n`;
    const refused = [
      await send(JSON.stringify(save)),
      await send('{\n'),
      await send('\xff\n'),
      await send(`${line({})}more`),
      await send(line({ device: '../x' })),
      await send(line({ changes: [{ kind: 'gone', path: '../x' }] })),
      await send(line({ changes: [{ kind: 'gone', path: 'x', extra: 1 }] })),
      await send(line({}), 'application/json'),
    ];
    expect(refused.map((answer) => answer.status)).toEqual(refused.map(() => 400));
    const lie = { ...wholeFile('a', 'text'), sha256: shaOf('other') } as ReturnType<typeof wholeFile>;
    expect((await device.post([lie])).json()).toMatchObject({ code: 'BLOB_MISMATCH' });
    const many = Array.from({ length: 2_001 }, (_, at) => wholeFile(`d${String(at % 50)}/${String(at)}`, ''));
    expect((await device.post(many)).json()).toMatchObject({ code: 'INVALID_TREE' });
    expect((await device.post(many.slice(1))).status).toBe(201);
    const limited = wholeFile('limited', new Uint8Array(1_000_001));
    expect((await device.post([limited])).json()).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    const large = wholeFile('large', new Uint8Array(32 * 1024 ** 2));
    expect((await device.post([large])).status).toBe(413);
    const stranger = makeDevice('00000000-0000-4000-8000-000000000000', 'A');
    expect((await stranger.post([wholeFile('a', '1')])).json()).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
  }, 60_000);
});
