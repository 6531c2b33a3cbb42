import { expect, it } from 'vitest';
import { offerDatabases, POSTGRES_URL } from './offer-databases.ts';
import { parseManifest } from './project-scripts.ts';

const offer = (dependencies: object, files: Readonly<Record<string, string>> = {}) => {
  const manifest = parseManifest(JSON.stringify({ dependencies }));
  if (manifest === undefined) throw new Error('Cannot read the manifest: it is none');
  return offerDatabases((path) => Promise.resolve(files[path]), manifest, null);
};

it('RN-14 TC-09 a project that uses PostgreSQL gets DATABASE_URL, and the run says so', async () => {
  const { env, said } = await offer({ pg: '^8', express: '^5' });
  expect(env).toEqual({ DATABASE_URL: POSTGRES_URL });
  expect(said.join()).toContain('PostgreSQL in this tab');
  expect((await offer({ '@prisma/client': '^6' })).env).toEqual({ DATABASE_URL: POSTGRES_URL });
});

it('RN-14 a project without PostgreSQL, or with an address of its own, gets none', async () => {
  expect(await offer({ express: '^5', 'pg-format': '^1' })).toEqual({ env: {}, said: [] });
  for (const file of ['.env', '.env.local', 'prisma/.env'])
    expect(await offer({ postgres: '^3' }, { [file]: 'A=1\nexport DATABASE_URL="postgres://db"\n' })).toEqual({
      env: {},
      said: [],
    });
  expect((await offer({ postgres: '^3' }, { '.env': '# DATABASE_URL=none\n' })).env).toEqual({
    DATABASE_URL: POSTGRES_URL,
  });
});

it('RN-14 the operator’s MongoDB is offered where it answers, and missed where it does not', async () => {
  const manifest = parseManifest('{}');
  if (manifest === undefined) throw new Error('Cannot read the manifest: it is none');
  const none = (): Promise<undefined> => Promise.resolve(undefined);
  const url = 'mongodb://127.0.0.1:27017/app_1';
  const there = await offerDatabases(none, manifest, { url, answers: true });
  expect(there).toEqual({ env: { MONGO_URL: url, MONGODB_URI: url }, said: [] });
  expect((await offerDatabases(none, manifest, { url, answers: false })).said.join()).toContain('does not answer');
});
