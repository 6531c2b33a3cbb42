import { describe, expect, it } from 'vitest';
import { makeHoldKeeper } from './keep-hold.ts';
import type { Beat, Hold } from './link-messages.ts';

const hold = (epoch: number, mark = 0): Hold => ({ projectId: 'p', holderId: 'h', epoch, mark });

/** A keeper whose server says what the test says. */
function open(answer: (body: unknown) => Response | Promise<Response>) {
  const beats: Beat[] = [];
  const sent: unknown[] = [];
  const keeper = makeHoldKeeper(
    async (_path, body) => {
      sent.push(body);
      return await answer(body);
    },
    (beat) => beats.push(beat),
  );
  return { keeper, beats, sent };
}

const renewed = (runHeld: boolean): Response => Response.json({ success: true, runHeld });

describe('the heartbeats of a claim', () => {
  it('RN-02 go on second by second, and carry the mark that they were sent with', async () => {
    const { keeper, beats } = open(() => renewed(true));
    keeper.keep(hold(1));
    await expect.poll(() => beats.length).toBe(1);
    keeper.keep(hold(1, 7));
    await expect.poll(() => beats.length).toBe(3);
    keeper.keep(undefined);
    expect(beats.map(({ mark, outcome }) => [mark, outcome])).toEqual([
      [0, 'renewed'],
      [7, 'renewed'],
      [7, 'renewed'],
    ]);
  });

  it('RN-16 end when another tab has the project, and outlast a server that is away or talks nonsense', async () => {
    const answers = [
      () => Promise.reject(new TypeError('fetch failed')),
      () => new Response('', { status: 503 }),
      () => Response.json({ odd: true }),
      () => renewed(false),
      () => new Response('', { status: 409 }),
    ];
    const { keeper, beats, sent } = open(() => (answers.shift() ?? (() => renewed(true)))());
    keeper.keep(hold(3));
    await expect.poll(() => beats.length).toBe(5);
    expect(beats.map(({ outcome }) => outcome)).toEqual([
      'unreachable',
      'unreachable',
      'unreachable',
      'renewed',
      'lost',
    ]);
    // A claim of its own again begins anew, at once.
    keeper.keep(hold(4));
    await expect.poll(() => sent.length).toBe(6);
    expect(sent.at(-1)).toEqual({ holderId: 'h', epoch: 4 });
    keeper.keep(undefined);
  });
});
