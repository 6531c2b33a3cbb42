import { expect, it } from 'vitest';
import { prepareComponent } from '../component/prepare.ts';
import { InstantiationError } from '../ground/refusal.ts';
import { describeChanges } from '../manifest/describe-changes.ts';
import { MANIFEST_SECTION, parseManifest, validateManifest } from '../manifest/manifest.ts';
import { buildGuest, NOTING_GUEST } from '../testing/build-guests.ts';
import { callPlugin, compileComponent } from './call.ts';
import { parseRecording, replayCall } from './replay.ts';

const CONTEXT = {
  tenant: 't',
  user: 'u',
  permissions: ['plugin.list'],
  callId: '11111111-1111-4111-8111-111111111111',
  now: 7,
};
const ROW = { id: '22222222-2222-4222-8222-222222222222', version: 3, data: '{"title": "kept"}' };

/** Asks twice and says what it was told. */
const ASKING = {
  data: 'note',
  handle: `
    (call $query (i32.const 1024) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 9) (i32.const 64))
    (call $log (i32.const 1) (i32.load offset=12 (i32.load (i32.const 68))) (i32.load offset=16 (i32.load (i32.const 68))))
    (call $query (i32.const 1024) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 9) (i32.const 64))
    (i32.const 64)`,
} as const;

it('PL-18 a recorded call is made again with the same operations, log, outcome and fuel', async () => {
  for (const [guest, payload, limits] of [
    [NOTING_GUEST, '{"title":"a"}', {}],
    [NOTING_GUEST, '{"title":1}', {}],
    [NOTING_GUEST, '{"title":"a"}', { fuel: 120n }],
    [ASKING, '', {}],
  ] as const) {
    const component = await buildGuest(guest);
    const prepared = prepareComponent(component);
    const answers = [[ROW], []];
    let asked = 0;
    const call = { method: 'handle-event', args: ['note.new', payload], context: CONTEXT } as const;
    const first = callPlugin(compileComponent(prepared), parseManifest(prepared.customs.get(MANIFEST_SECTION)), {
      ...call,
      limits,
      query: () => answers[asked++]!,
    });
    const said = { ...call, limits: 'fuel' in limits ? { fuel: String(limits.fuel) } : {}, answers };
    expect(replayCall(component, parseRecording(JSON.stringify(said)))).toEqual(first);
  }
});

it('PL-10 a recording that is none is refused, and a plugin that asks for more than was answered is told so', async () => {
  const whole = { method: 'handle-event', args: ['a', 'b'], context: CONTEXT, limits: {}, answers: [[ROW]] };
  const wrong: unknown[] = [
    null,
    { ...whole, method: 'constructor' },
    { ...whole, args: 'a' },
    { ...whole, args: [1] },
    { ...whole, context: { ...CONTEXT, now: 'now' } },
    { ...whole, context: null },
    { ...whole, limits: { fuel: '-1' } },
    { ...whole, limits: { memoryPages: '1' } },
    { ...whole, answers: [ROW] },
    { ...whole, answers: [[{ ...ROW, version: '3' }]] },
  ];
  for (const value of wrong)
    expect(() => parseRecording(JSON.stringify(value)), JSON.stringify(value)).toThrow(/recording/);
  expect(() => parseRecording('{')).toThrow();
  const component = await buildGuest(ASKING);
  const result = replayCall(component, parseRecording(JSON.stringify(whole)));
  expect(result).toMatchObject({ kind: 'guest', message: expect.stringContaining('no answer to this query') });
  expect(() => replayCall(component.subarray(0, 300), parseRecording(JSON.stringify(whole)))).toThrow(
    InstantiationError,
  );
});

it('PL-17 what a newer version changes is said in words', () => {
  const manifest = (version: string, events: string[], entities: unknown) =>
    validateManifest({ id: 'a', name: 'A', version, events, entities });
  const title = { type: 'string', required: true };
  const from = manifest('1.0.0', ['a.b', 'c.d'], {
    note: { fields: { title, old: { type: 'json' } } },
    gone: { fields: {} },
  });
  const to = manifest('1.1.0', ['c.d', 'e.*'], {
    note: { fields: { title: { type: 'string', indexed: true }, at: { type: 'date', indexed: true } } },
    fresh: { fields: {} },
  });
  expect(describeChanges(from, from)).toEqual([]);
  expect(describeChanges(from, to)).toEqual([
    'hears of "e.*"',
    'no longer hears of "a.b"',
    'field "title" of "note" is optional',
    'field "title" of "note" is indexed',
    'field "at" of "note" is new: date, indexed',
    'field "old" of "note" is hidden; its values stay stored',
    'entity "fresh" is new',
    'entity "gone" is hidden; its rows stay stored',
  ]);
});

it('PL-13 PL-17 two pairs of plugin and entity never come to one table: a name has no two "-" behind each other', () => {
  for (const id of ['a--b', 'a-', '-a', 'a'.repeat(25)]) {
    expect(() => validateManifest({ id, name: 'A', version: '1.0.0', events: [], entities: {} }), id).toThrow(
      InstantiationError,
    );
  }
  expect(validateManifest({ id: 'a-b-c', name: 'A', version: '1.0.0', events: [], entities: {} }).id).toBe('a-b-c');
});
