import { beforeAll, describe, expect, it } from 'vitest';
import { callPlugin, type CallResult, compileComponent, tryInstantiate } from './call.ts';
import { withManifest, wrapCoreModule } from '../component/encode-component.ts';
import type { CompiledComponent } from '../component/link.ts';
import { prepareComponent } from '../component/prepare.ts';
import { parseManifest } from '../manifest/manifest.ts';
import { InstantiationError } from '../ground/refusal.ts';
import { buildGuest, guestText, NOTES_MANIFEST, NOTING_GUEST, parseWat } from '../testing/build-guests.ts';
import { runMutants } from '../testing/run-mutants.ts';
import { PLUGIN_LIMITS } from '../ground/limits.ts';

const manifest = parseManifest(new TextEncoder().encode(JSON.stringify(NOTES_MANIFEST)));
const context = {
  tenant: 'tenant-1',
  user: 'user-1',
  permissions: ['plugin.list'],
  callId: '11111111-1111-4111-8111-1111111111ff',
  now: 1_700_000_000_000,
};

async function compile(parts: Parameters<typeof guestText>[0]): Promise<CompiledComponent> {
  return compileComponent(prepareComponent(await buildGuest(parts)));
}

function handle(
  component: CompiledComponent,
  payload = '{"title":"a"}',
  more: Partial<Parameters<typeof callPlugin>[2]> = {},
): CallResult {
  return callPlugin(component, manifest, {
    method: 'handle-event',
    args: ['note.new', payload],
    context,
    query: () => [],
    ...more,
  });
}

const message = (result: CallResult) => (result.kind === 'ok' ? '' : result.message);

describe('a call of a plugin', () => {
  let noting: CompiledComponent;
  beforeAll(async () => {
    noting = await compile(NOTING_GUEST);
  });

  it('PL-09: writes and events are queued in order, with ids that the same call makes again', () => {
    const first = handle(noting);
    expect(first).toMatchObject({
      kind: 'ok',
      operations: [
        { kind: 'insert', entity: 'note', id: '11111111-1111-4111-8111-111111111200', data: '{"title":"a"}' },
        { kind: 'publish', type: 'note.made', payload: '{"title":"a"}' },
      ],
    });
    expect(handle(noting)).toEqual(first);
  });

  it('PL-10: a call that fails in any way gives no operations, and says how it failed', async () => {
    const insert = '(call $insert (i32.const 1024) (i32.const 4) (local.get $p) (local.get $pl) (i32.const 64))';
    const endings: Record<string, string> = {
      guest: '(i32.store8 (i32.const 64) (i32.const 1)) (i32.const 64)',
      trap: 'unreachable',
      fuel: '(loop (br 0)) unreachable',
      stack:
        '(drop (call $handle (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))) (call $handle (local.get 0) (local.get 1) (local.get 2) (local.get 3))',
      memory: '(drop (memory.grow (i32.const 5000))) unreachable',
      host: `(loop $more ${insert} (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1001)))) (i32.const 16)`,
    };
    for (const [kind, ending] of Object.entries(endings)) {
      const guest = await compile({ data: 'note', handle: kind === 'stack' ? ending : `${insert} ${ending}` });
      const result = handle(guest);
      expect(result.kind, message(result)).toBe(kind);
      expect(result).not.toHaveProperty('operations');
    }
  });

  it('PL-10: what a plugin gives that is no text, no address or too long is a trap of its own', async () => {
    const insertOf = (pointer: string, length: string) =>
      `(call $insert (i32.const 1024) (i32.const 4) ${pointer} ${length} (i32.const 64)) (i32.const 16)`;
    const cases: [string, RegExp][] = [
      [insertOf('(i32.const 1024)', '(i32.const -1)'), /at most/],
      [insertOf('(i32.const 65530)', '(i32.const 100)'), /outside/],
      [insertOf('(i32.const 1032)', '(i32.const 1)'), /not UTF-8/],
      ['(call $current (i32.const 65532)) (i32.const 16)', /aligned|outside/],
      ['(call $current (i32.const 65528)) (i32.const 16)', /outside/],
      ['(call $log (i32.const 9) (i32.const 1024) (i32.const 4)) (i32.const 16)', /stands for nothing/],
      ['(i32.const 65533)', /aligned/],
      ['(i32.store8 (i32.const 64) (i32.const 7)) (i32.const 64)', /neither/],
    ];
    for (const [body, fault] of cases) {
      const result = handle(await compile({ data: 'note\\00\\00\\00\\00\\ff', handle: body }));
      expect([result.kind, message(result)]).toEqual(['trap', expect.stringMatching(fault)]);
    }
  });

  it('PL-13: the plugin is told of data that is wrong, and may go on', () => {
    for (const [payload, told] of [
      ['{', 'Invalid JSON'],
      ['{"title":1}', 'Invalid data: "title" is no string'],
    ] as const) {
      expect(handle(noting, payload)).toMatchObject({ kind: 'guest', message: told });
    }
  });

  it('PL-03: init has no tenant, so that it can write nothing', async () => {
    const guest = await compile({
      data: 'note\\00\\00\\00\\00{\\"title\\":\\"x\\"}',
      handle: '(i32.const 16)',
      init: '(call $insert (i32.const 1024) (i32.const 4) (i32.const 1032) (i32.const 13) (i32.const 64)) (i32.const 64)',
    });
    const init = { method: 'init', args: [], context: { ...context, tenant: '', user: '' } } as const;
    expect(handle(guest, '', init)).toMatchObject({ kind: 'guest', message: expect.stringContaining('No tenant') });
  });

  it('PL-08: an instance lives for one call: what it left in memory is gone at the next', async () => {
    const counting = await compile({
      handle: `(i32.store (i32.const 512) (i32.add (i32.load (i32.const 512)) (i32.const 1)))
        (call $log (i32.const 1) (i32.const 512) (i32.const 1)) (i32.const 16)`,
    });
    for (let round = 0; round < 3; round++)
      expect(handle(counting).log).toEqual([{ level: 'info', message: '\u0001' }]);
  });

  it('PL-08: what the plugin is told of its caller is that of this call', async () => {
    const telling = await compile({
      handle: `(call $current (i32.const 128))
        (call $log (i32.const 1) (i32.load (i32.const 128)) (i32.load (i32.const 132)))
        (call $log (i32.const 1) (i32.load (i32.const 136)) (i32.load (i32.const 140)))
        (call $log (i32.const 1) (i32.load (i32.load (i32.const 144))) (i32.load offset=4 (i32.load (i32.const 144)))) (i32.const 16)`,
    });
    const lines = (of: typeof context) => handle(telling, '', { context: of }).log.map((line) => line.message);
    expect(lines(context)).toEqual(['tenant-1', 'user-1', 'plugin.list']);
    expect(lines({ ...context, tenant: 't2', user: 'u2' })).toEqual(['t2', 'u2', 'plugin.list']);
  });

  it('PL-01: a log and the queue are bounded, and each limit can be set', async () => {
    const chatty = await compile({
      data: 'note',
      handle: '(loop (call $log (i32.const 0) (i32.const 1024) (i32.const 4)) (br 0)) unreachable',
    });
    const result = handle(chatty);
    expect([result.kind, result.log.length]).toEqual(['fuel', PLUGIN_LIMITS.logLines]);
    expect(handle(noting, undefined, { limits: { fuel: 50n } }).kind).toBe('fuel');
    expect(handle(noting, undefined, { limits: { stackWords: 5 } }).kind).toBe('stack');
    expect(handle(noting, undefined, { limits: { memoryPages: 0 } }).kind).toBe('memory');
  });

  it('PL-10: a failure of the host’s stays a failure, also when the plugin carries on', async () => {
    // While the host allocates, a plugin may not call it: the answer is dropped, the call has failed.
    const core = guestText({ data: 'note', handle: '(call $current (i32.const 128)) (i32.const 16)' }).replace(
      '(local.set $at (i32.and',
      '(call $log (i32.const 1) (i32.const 1024) (i32.const 4)) (local.set $at (i32.and',
    );
    const compiled = compileComponent(
      prepareComponent(withManifest(wrapCoreModule(await parseWat(core)), NOTES_MANIFEST)),
    );
    expect(handle(compiled)).toMatchObject({ kind: 'trap', message: expect.stringContaining('waited for memory') });
  });

  it('PL-03: a component that is cut off, lies or cannot be linked is an InstantiationError', async () => {
    const whole = await buildGuest(NOTING_GUEST);
    for (let length = 0; length < whole.length; length += 97) {
      const attempt = () => {
        const prepared = prepareComponent(whole.subarray(0, length));
        tryInstantiate(compileComponent(prepared), parseManifest(prepared.customs.get('slipway:manifest')));
      };
      expect(attempt, `cut at ${length}`).toThrow(InstantiationError);
    }
    expect(() => prepareComponent(new Uint8Array(16 * 1024 * 1024 + 1))).toThrow(/at most/);
    const text = guestText(NOTING_GUEST);
    const lies: [string, string, RegExp][] = [
      [
        '(func (export "init") (result i32)',
        '(func (export "init") (result i64) (i64.const 1)) (func (result i32)',
        /another type/,
      ],
      ['$log (param i32 i32 i32)', '$log (param i32 i32)', /another type/],
      ['"slipway:plugin/db@1.0.0" "insert"', '"env" "insert"', /imports from "env"/],
      ['(memory (export "memory") 1)', '(memory 1)', /nothing exports "memory"/],
      ['(memory (export "memory") 1)', '(memory (export "memory") 1025)', /pages of memory/],
    ];
    for (const [from, to, fault] of lies) {
      expect(text).toContain(from);
      const lying = wrapCoreModule(await parseWat(text.replace(from, to)));
      expect(() => tryInstantiate(compileComponent(prepareComponent(lying)), manifest), to).toThrow(fault);
    }
  });

  it('PL-10: mutated components are refused or end as calls end, and nothing else comes out', async () => {
    const outcomes = runMutants(await buildGuest(NOTING_GUEST), 400, 7);
    expect(outcomes['refused']).toBeGreaterThan(50);
    expect(outcomes['ok']).toBeGreaterThan(10);
  });
});
