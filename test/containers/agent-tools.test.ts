/** Tools of the coding agent in a real container, by the code of the tab. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ToolReport } from '@slipway/agent';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
  await container.mount({ 'src/a.ts': 'const dark = false;\n', 'src/b.ts': 'x\n', 'node_modules/p/i.js': 'dark' });
  await container.run('sh', [
    '-c',
    'ln -s /etc src/out; ln -s ../secret src/link; echo s > secret; chmod 755 src/b.ts',
  ]);
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page/agent-tools.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
    target: 'chrome120',
  });
  await container.page.addScriptTag({ type: 'module', content: outputFiles[0]!.text });
  await container.page.waitForFunction(() => 'agentTools' in globalThis);
  // As the IDE does when it opens the folder.
  await container.page.evaluate(async () => (await globalThis.slipway.control()).changes({ skip: ['node_modules'] }));
}, 120_000);
afterAll(() => container?.close());

const scope = [['**']];
const order = (body: object, commandId: string = randomUUID()): Promise<ToolReport> =>
  container.page.evaluate(({ id, text }) => globalThis.agentTools.perform(id, text), {
    id: commandId,
    text: JSON.stringify(body),
  });
const textOf = async (path: string): Promise<string> => (await container.run('cat', [path])).stdout;

it('AG-11 AG-12 reads and edits files of the container, and keeps their mode', async () => {
  const read = await order({ name: 'Read', scope, input: { path: 'src/a.ts' } });
  expect(read).toMatchObject({ ok: true, text: '1\tconst dark = false;\n2\t' });
  const input = { path: 'src/a.ts', old: 'false', new: 'true' };
  const edited = await order({ name: 'Edit', scope, version: read.version, input });
  expect(edited).toMatchObject({ ok: true, changed: true });
  expect(await textOf('src/a.ts')).toBe('const dark = true;\n');
  // What it read is no longer there.
  expect(await order({ name: 'Edit', scope, version: read.version, input })).toMatchObject({ ok: false });
  const other = await order({ name: 'Read', scope, input: { path: 'src/b.ts' } });
  await order({ name: 'Write', scope, version: other.version, input: { path: 'src/b.ts', content: 'y' } });
  expect((await container.run('stat', ['-c', '%a', 'src/b.ts'])).stdout).toBe('755\n');
  expect(await order({ name: 'Write', scope, version: null, input: { path: 'new/c.ts', content: 'c' } })).toMatchObject(
    { ok: true },
  );
  expect(await textOf('new/c.ts')).toBe('c');
});

it('AG-11 follows no link out of the folder, to read or to write', async () => {
  for (const path of ['src/out/passwd', 'src/link']) {
    expect(await order({ name: 'Read', scope, input: { path } })).toMatchObject({
      ok: false,
      text: expect.stringContaining('symbolic link'),
    });
    expect(await order({ name: 'Write', scope, version: null, input: { path, content: 'x' } })).toMatchObject({
      ok: false,
    });
  }
  expect(await textOf('secret')).toBe('s\n');
});

it('AG-11 lists and finds by the container’s own programs, within the scope', async () => {
  const glob = await order({ name: 'Glob', scope: [['src/**']], input: { pattern: '**/*.ts' } });
  expect(glob.text).toBe('src/a.ts\nsrc/b.ts');
  const grep = await order({ name: 'Grep', scope, input: { pattern: 'dark = (true|false)' } });
  expect(grep.text).toBe('src/a.ts:1:const dark = true;');
  expect(await order({ name: 'Grep', scope, input: { pattern: '(' } })).toMatchObject({ ok: false });
});

it('AG-04 runs a command, says how it ended, bounds its output, and ends it when told or late', async () => {
  const run = (command: string, seconds?: number, id?: string) =>
    order({ name: 'Run', input: seconds === undefined ? { command } : { command, seconds } }, id);
  expect(await run('echo out; echo err >&2; exit 3')).toMatchObject({
    ok: false,
    text: expect.stringMatching(/out[^]*\[exit code 3\]$/),
  });
  expect(await run('pwd; ls src/a.ts')).toMatchObject({
    ok: true,
    text: expect.stringContaining('src/a.ts\n[exit code 0]'),
  });
  const long = await run('yes 0123456789 | head -n 20000');
  expect(long.text.length).toBeLessThanOrEqual(32 * 1024);
  expect(long.text).toContain('characters');
  expect(await run('sleep 600 & sleep 600', 1)).toMatchObject({
    ok: false,
    text: expect.stringContaining('ended after 1 seconds'),
  });
  const commandId = randomUUID();
  const running = run('echo begun > begun; sleep 600', 60, commandId);
  await expect.poll(() => textOf('begun'), { timeout: 60_000 }).toBe('begun\n');
  await container.page.evaluate((text) => globalThis.agentTools.stop(text), JSON.stringify({ commandId }));
  expect(await running).toMatchObject({ ok: false, text: expect.stringContaining('stopped') });
});
