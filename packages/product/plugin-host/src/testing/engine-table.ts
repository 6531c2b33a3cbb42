import { callPlugin, compileComponent } from '../call/call.ts';
import { prepareComponent } from '../component/prepare.ts';
import type { CallLimits } from '../ground/limits.ts';
import { MANIFEST_SECTION, parseManifest } from '../manifest/manifest.ts';

/** One cell of the table that must be equal in every engine. */
export interface EngineCell {
  readonly component: string;
  readonly kind: string;
  readonly fuel: string;
  readonly operations: string;
  readonly log: string;
  readonly memoryBytes: number;
}

/** Each must end alike in every engine: outcome, fuel, log and memory. */
export const ENGINE_CALLS: readonly {
  readonly component: 'wat' | 'hostile' | 'assemblyscript' | 'javascript';
  readonly type: string;
  readonly payload: string;
  readonly limits?: Partial<CallLimits>;
}[] = [
  { component: 'wat', type: 'note.new', payload: '{"title":"é€😀"}' },
  { component: 'wat', type: 'note.new', payload: '{"title":1}' },
  { component: 'wat', type: 'note.new', payload: '{' },
  { component: 'wat', type: 'note.new', payload: '{"title":"\ud800"}' },
  { component: 'wat', type: 'note.new', payload: `{"title":"a","more":"${'x'.repeat(100_000)}"}` },
  { component: 'wat', type: 'note.new', payload: '{"title":"a"}', limits: { fuel: 120n } },
  { component: 'wat', type: 'note.new', payload: '{"title":"a"}', limits: { stackWords: 20 } },
  { component: 'wat', type: 'note.new', payload: `{"title":"${'x'.repeat(200_000)}"}`, limits: { memoryPages: 2 } },
  { component: 'hostile', type: 'a', payload: '' },
  { component: 'hostile', type: 'ab', payload: '' },
  { component: 'hostile', type: 'abc', payload: '' },
  { component: 'hostile', type: 'abcd', payload: '' },
  { component: 'hostile', type: 'abcde', payload: '' },
  { component: 'assemblyscript', type: 'link.opened', payload: '{"link":"first"}' },
  { component: 'assemblyscript', type: 'link.opened', payload: '{"link":"tenth"}' },
  { component: 'assemblyscript', type: 'link.opened', payload: '{}' },
  { component: 'assemblyscript', type: 'link.opened', payload: '{"link":"first"}', limits: { fuel: 1000n } },
  { component: 'javascript', type: 'project.created', payload: '{"projectId":"p1"}' },
  { component: 'javascript', type: 'build.finished', payload: '{"projectId":"p1","status":"succeeded"}' },
  { component: 'javascript', type: 'build.finished', payload: 'no JSON' },
  { component: 'javascript', type: 'project.created', payload: '{"projectId":"p1"}', limits: { fuel: 100_000n } },
  { component: 'javascript', type: 'project.created', payload: '{"projectId":"p1"}', limits: { stackWords: 500 } },
];

/** Makes all calls in this engine. Pure: it runs in a page as well. */
export function runEngineCalls(components: Readonly<Record<string, Uint8Array>>): EngineCell[] {
  const compiled = Object.fromEntries(
    Object.entries(components).map(([name, bytes]) => {
      const prepared = prepareComponent(bytes);
      return [
        name,
        { component: compileComponent(prepared), manifest: parseManifest(prepared.customs.get(MANIFEST_SECTION)) },
      ];
    }),
  );
  const id = '22222222-2222-4222-8222-222222222222';
  const context = {
    tenant: 't',
    user: 'u',
    permissions: ['plugin.list'],
    callId: '11111111-1111-4111-8111-111111111111',
    now: 7,
  };
  return ENGINE_CALLS.map(({ component, type, payload, limits }) => {
    const { component: code, manifest } = compiled[component]!;
    const result = callPlugin(code, manifest, {
      method: 'handle-event',
      args: [type, payload],
      context,
      ...(limits && { limits }),
      query: ({ entity, conditions }) => {
        if (entity === 'item') return [{ id, version: 1, data: '{"project":"p1","title":"builds","done":false}' }];
        return conditions[0]?.values[0] === 'tenth' ? [{ id, version: 9, data: '{"link":"tenth","count":9}' }] : [];
      },
    });
    return {
      component,
      kind: result.kind,
      fuel: String(result.fuel),
      operations: JSON.stringify(result.kind === 'ok' ? result.operations : result.message),
      log: JSON.stringify(result.log),
      memoryBytes: result.memoryBytes,
    };
  });
}
