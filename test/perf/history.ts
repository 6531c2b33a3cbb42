import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { apiPaths, createProjectResponse, SAVE_TYPE, saveResponse } from '@slipway/contracts';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { encodeSave, makeSplice, type SentChange } from '@slipway/history';
import { parseConfig, startServer } from '@slipway/server';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { signIn } from '../e2e/ask.ts';
import { median } from './figures.ts';

const EDITS = 20;
const SERIES = 100;
/** About as long as a source file is. */
const TEXT = 'export const value = compute(1, 2, 3);\n'.repeat(43);

interface Shape {
  readonly name: string;
  readonly files: number;
  path(at: number): string;
}

const SHAPES: readonly Shape[] = [
  { name: '1,500 files', files: 1_500, path: (at) => `src/d${at % 30}/f${at}.ts` },
  { name: '10,000 files, nested', files: 10_000, path: (at) => `src/d${at % 20}/e${at % 100}/f${at}.ts` },
  { name: '10,000 files in one folder', files: 10_000, path: (at) => `f${at}.ts` },
];

/** Saves of one-line edits over HTTP, beside `git add` and `git commit` of the same edits of the same tree. */
export async function benchHistory(): Promise<void> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const config = parseConfig({ PORT: '0', STATE_DIR: folder, LOG_LEVEL: 'silent' });
  const server = await startServer(config, { databaseUrl: database.url, log: pino({ level: 'silent' }) });
  try {
    const token = await signIn(server.port);
    process.stdout.write(
      `\nA save of one edited line, median of ${EDITS}; ${SERIES} saves beside one tree\n\n` +
        '| | request, B | rows | save, ms | git add + commit, ms | new bytes | git: new bytes | 100 saves: rows | all bytes / one tree |\n' +
        '|---|---|---|---|---|---|---|---|---|\n',
    );
    for (const shape of SHAPES) await benchShape(shape, { port: server.port, token, database, folder });
  } finally {
    await server.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchShape(
  shape: Shape,
  { port, token, database, folder }: { port: number; token: string; database: TestDatabase; folder: string },
): Promise<void> {
  const project = await post(port, token, apiPaths.projects, 'application/json', Buffer.from('{"name":"Bench"}'));
  const { id } = createProjectResponse.parse(project).project;
  const texts = Array.from({ length: shape.files }, (_, at) => `${TEXT}// ${at}\n`);
  let base: string | null = null;
  const save = async (changes: SentChange[]): Promise<{ bytes: number; ms: number }> => {
    const body = Buffer.concat(encodeSave({ base, device: 'bench', merge: false }, changes));
    const began = performance.now();
    const answer = saveResponse.parse(await post(port, token, apiPaths.saves(id), SAVE_TYPE, body));
    base = answer.snapshot.commit;
    return { bytes: body.length, ms: performance.now() - began };
  };
  const edit = (at: number, line: string): SentChange => {
    const before = texts[at]!;
    texts[at] = before.replace(/value = .*;/, `value = ${line};`);
    return spliced(shape.path(at), before, texts[at]!);
  };
  await save(texts.map((text, at) => whole(shape.path(at), text)));
  const tree = await measure(database, id);

  const repository = mkdtempSync(join(folder, 'git-'));
  const git = (...args: string[]): string => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });
  git('init', '-q');
  git('config', 'user.email', 'bench@example.org');
  git('config', 'user.name', 'Bench');
  git('config', 'gc.auto', '0');
  const write = (at: number): void => {
    const path = join(repository, shape.path(at));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, texts[at]!);
  };
  texts.forEach((_, at) => write(at));
  git('add', '-A');
  git('commit', '-q', '-m', 'all');
  const gitBytes = (): number => Number(/^size: (\d+)/m.exec(git('count-objects', '-v'))?.[1]) * 1024;

  const [ours, native, requests]: [number[], number[], number[]] = [[], [], []];
  const gitBefore = gitBytes();
  for (let round = 0; round < EDITS; round++) {
    const at = (round * 37) % shape.files;
    const { bytes, ms } = await save([edit(at, `edit(${round})`)]);
    ours.push(ms);
    requests.push(bytes);
    write(at);
    const began = performance.now();
    git('add', '-A');
    git('commit', '-q', '-m', 'edit');
    native.push(performance.now() - began);
  }
  const edited = await measure(database, id);
  const gitAfter = gitBytes();
  for (let round = EDITS; round < SERIES; round++) await save([edit((round * 37) % shape.files, `edit(${round})`)]);
  const all = await measure(database, id);
  const cells = [
    shape.name,
    median(requests).toFixed(0),
    ((edited.rows - tree.rows) / EDITS).toFixed(1),
    median(ours).toFixed(1),
    median(native).toFixed(1),
    ((edited.bytes - tree.bytes) / EDITS).toFixed(0),
    ((gitAfter - gitBefore) / EDITS).toFixed(0),
    String(all.rows - tree.rows),
    (all.bytes / tree.bytes).toFixed(3),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function whole(path: string, text: string): SentChange {
  const bytes = new Uint8Array(Buffer.from(text));
  return {
    kind: 'file',
    path,
    mode: 0o644,
    sha256: hashOf(bytes),
    size: bytes.length,
    content: { as: 'whole' },
    bytes,
  };
}

function spliced(path: string, before: string, after: string): SentChange {
  const bytes = new Uint8Array(Buffer.from(after));
  const { start, end, inserted } = makeSplice(new Uint8Array(Buffer.from(before)), bytes);
  const content = { as: 'splice', start, end, length: inserted.length } as const;
  return { kind: 'file', path, mode: 0o644, sha256: hashOf(bytes), size: bytes.length, content, bytes: inserted };
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Rows of a project's history, and the bytes in them: objects as they are stored, files as they are. */
async function measure(database: TestDatabase, projectId: string): Promise<{ rows: number; bytes: number }> {
  const [row] = await database.db.execute<{ rows: number; bytes: number }>(sql`
    with own as (select * from objects where project_id = ${projectId}),
    files as (select distinct b.sha256, b.size from own o join blobs b on b.sha256 = o.sha256)
    select (
      (select count(*) from own) + (select count(*) * 2 from files)
      + (select count(*) from commits where project_id = ${projectId})
      + (select count(*) from snapshots where project_id = ${projectId})
      + (select count(*) from ref_log where project_id = ${projectId})
      + (select count(*) from owner_events where payload->>'projectId' = ${projectId})
    )::int as rows,
    (coalesce((select sum(octet_length(z)) from own), 0) + coalesce((select sum(size) from files), 0))::bigint as bytes`);
  return row!;
}

async function post(port: number, token: string, path: string, type: string, body: Uint8Array): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const headers = { Host: `slipway.localhost:${port}`, Authorization: `Bearer ${token}`, 'Content-Type': type };
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text));
        else reject(new Error(`Cannot post to "${path}": ${response.statusCode} ${text.slice(0, 300)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
