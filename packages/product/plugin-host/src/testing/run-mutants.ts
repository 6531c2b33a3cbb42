import { callPlugin, compileComponent } from '../call/call.ts';
import { prepareComponent } from '../component/prepare.ts';
import { parseManifest } from '../manifest/manifest.ts';
import { InstantiationError } from '../ground/refusal.ts';
import { makeRandom } from './random-program.ts';

/** What became of mutants: refused, or called with some outcome. */
export type MutantOutcomes = Record<string, number>;

/**
 * Changes, cuts and doubles bytes of a component and calls what comes of it. Whatever is
 * thrown that is no `InstantiationError` comes out: there must be none.
 */
export function runMutants(component: Uint8Array, count: number, seed: number): MutantOutcomes {
  const random = makeRandom(seed);
  const outcomes: MutantOutcomes = {};
  const callId = '11111111-1111-4111-8111-111111111111';
  const context = { tenant: 't', user: 'u', permissions: [], callId, now: 0 };
  for (let index = 0; index < count; index++) {
    const outcome = tryOut(mutate(component, random));
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;

  function tryOut(bytes: Uint8Array): string {
    try {
      const prepared = prepareComponent(bytes);
      const manifest = parseManifest(prepared.customs.get('slipway:manifest'));
      const compiled = compileComponent(prepared);
      const limits = { fuel: 200_000n };
      const call = {
        method: 'handle-event',
        args: ['note.x', '{"title":"a"}'],
        context,
        limits,
        query: () => [],
      } as const;
      return callPlugin(compiled, manifest, call).kind;
    } catch (error) {
      if (error instanceof InstantiationError) return 'refused';
      throw error;
    }
  }
}

function mutate(component: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = new Uint8Array(component);
  // Once in ten times it is cut off; the head is left alone most of the time.
  if (random(10) === 0) return bytes.subarray(0, random(bytes.length));
  for (let count = 1 + random(4); count > 0; count--) {
    const at = 8 + random(bytes.length - 8);
    if (random(3) === 0) bytes[at] = random(256);
    else if (random(2) === 0) bytes[at]! ^= 1 << random(8);
    else bytes.copyWithin(at, 8 + random(bytes.length - 8), Math.min(at + random(64), bytes.length));
  }
  return bytes;
}
