import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type CallResult, callPlugin, compileComponent, type EntityRow } from './call/call.ts';
import { withManifest, wrapCoreModule } from './component/encode-component.ts';
import { prepareComponent } from './component/prepare.ts';
import { MANIFEST_SECTION, parseManifest } from './manifest/manifest.ts';
import { buildAssemblyScript, buildJavaScript, parseWat } from './testing/build-guests.ts';

const read = (name: string) => readFileSync(new URL(`../samples/${name}`, import.meta.url), 'utf8');

function open(component: Uint8Array) {
  const prepared = prepareComponent(component);
  const compiled = compileComponent(prepared);
  const manifest = parseManifest(prepared.customs.get(MANIFEST_SECTION));
  const callId = '11111111-1111-4111-8111-111111111111';
  const context = { tenant: 't', user: 'u', permissions: [], callId, now: 86_400_000 };
  return (type: string, payload: unknown, rows: readonly EntityRow[] = []): CallResult =>
    callPlugin(compiled, manifest, {
      method: 'handle-event',
      args: [type, JSON.stringify(payload)],
      context,
      query: () => rows,
    });
}

/** What it queued: rows as their data, events by their type. */
const queued = (result: CallResult) =>
  result.kind === 'ok'
    ? result.operations.map((operation) =>
        operation.kind === 'publish'
          ? operation.type
          : 'data' in operation
            ? (JSON.parse(operation.data) as unknown)
            : 0,
      )
    : `${result.kind}: ${result.message}`;

it('PL-16 the sample in WAT stores each event as it came, whatever its length', async () => {
  const bytes = wrapCoreModule(await parseWat(read('journal.wat')));
  const call = open(withManifest(bytes, JSON.parse(read('journal.manifest.json'))));
  for (const payload of [{}, { name: 'é€😀' }, { text: 'x'.repeat(100_000) }]) {
    const result = call('project.created', payload);
    expect(queued(result)).toEqual([{ payload }]);
    expect(result.log).toEqual([{ level: 'info', message: 'project.created' }]);
  }
});

it('PL-16 the sample of failing builds keeps each result, and says so when three in a row failed', async () => {
  const call = open(await buildJavaScript('notifier'));
  const failing = { projectId: 'p', status: 'failed', errorSummary: 'no index.html' };
  const line = { project: 'p', failed: true, at: '1970-01-02T00:00:00.000Z', why: 'no index.html' };
  const earlier = (...failed: boolean[]): EntityRow[] =>
    failed.map((value, at) => ({ id: `r${at}`, version: 1, data: JSON.stringify({ ...line, failed: value }) }));
  expect(queued(call('build.finished', failing, earlier(true)))).toEqual([line]);
  expect(queued(call('build.finished', failing, earlier(true, false, true)))).toEqual([line]);
  expect(queued(call('build.finished', failing, earlier(false, true, true)))).toEqual([line, 'build.keeps-failing']);
  const well = { project: 'p', failed: false, at: line.at };
  expect(queued(call('build.finished', { projectId: 'p', status: 'succeeded' }, earlier(true, true)))).toEqual([well]);
  expect(queued(call('build.finished', { projectId: 'p', status: 'cancelled' }))).toEqual([]);
});

it('PL-16 the sample in AssemblyScript reads and writes JSON as it is: quotes, lines, names within names', async () => {
  const call = open(await buildAssemblyScript('link-counter'));
  const links = ['a "b" c', 'two\nlines \\ and: more', '\u0001\u001f', 'é€😀', '{"link":"inner"}', '', 'plain'];
  for (const link of links) {
    const payload = { inner: { link: 'not this' }, text: '"link":"nor this"', link, count: [1, { link: 2 }] };
    const wanted = link === '' ? 'guest: the event "link.opened" names no link' : [{ link, count: 1 }];
    expect(queued(call('link.opened', payload))).toEqual(wanted);
  }
  const ID = '22222222-2222-4222-8222-222222222222';
  const row = { id: ID, version: 1, data: '{"link": "a, \\"count\\": 7", "count": 41}' };
  expect(queued(call('link.opened', { link: 'a' }, [row]))).toEqual([{ link: 'a', count: 42 }]);
});
