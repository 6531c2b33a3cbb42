/**
 * Storms leave nothing behind: places, pipes, ports, blocks of the file system end as they began. The long
 * form, a thousand in a row and a minute of SIGKILLs: `npm run soak -- --storm 60`.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';
import { growTables, manyAtOnce, manyInARow, randomKills, whenAtRest } from './storm.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
  expect(await container.run('node', ['-e', growTables])).toMatchObject({ stderr: '', code: 0 });
}, 60_000);
afterAll(() => container?.close());

const storm = (code: string, limitMs: number): ReturnType<TestContainer['run']> =>
  container.run('node', ['-e', code], { limitMs });

it('has as much after sixty processes in a row as before', async () => {
  const before = await whenAtRest(container);
  expect(before).toMatchObject({ inUse: 0, processes: 0, channels: 0, listeners: 0, problems: [] });
  expect(await storm(manyInARow(60), 120_000)).toMatchObject({ stdout: '60\n', stderr: '', code: 0 });
  expect(await whenAtRest(container)).toEqual(before);
}, 240_000);

it('has as much after fifty Node processes at once as before', async () => {
  const before = await whenAtRest(container);
  expect(await storm(manyAtOnce(50), 120_000)).toMatchObject({ stdout: '50\n', stderr: '', code: 0 });
  expect(await whenAtRest(container)).toEqual(before);
}, 240_000);

it('has as much after five seconds of random SIGKILLs as before', async () => {
  const before = await whenAtRest(container);
  const run = await storm(randomKills(5000), 120_000);
  expect(run).toMatchObject({ stderr: '', code: 0 });
  expect(run.stdout).toMatch(/^killed \d+, refused 0\n$/);
  expect(await whenAtRest(container)).toEqual(before);
  expect(await container.run('node', ['-p', '6 * 7'])).toMatchObject({ stdout: '42\n', code: 0 });
}, 240_000);
