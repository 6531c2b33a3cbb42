import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { settle } from '../testing/fake-container.ts';
import { followEvents } from './follow-events.ts';

function follow(answers: (() => Promise<Response>)[]) {
  const clock = new FakeClock();
  const asked: (string | undefined)[] = [];
  const events: string[] = [];
  const connected: boolean[] = [];
  let signal: AbortSignal | undefined;
  const follower = followEvents(
    (options) => {
      asked.push(options.lastEventId);
      signal = options.signal;
      return answers.shift()?.() ?? new Promise(() => undefined);
    },
    { onEvent: (event) => events.push(event.type), onConnected: (now) => connected.push(now) },
    clock,
  );
  return { clock, asked, events, connected, follower, aborted: () => signal?.aborted };
}

const stream = (text: string) => async () => new Response(text);
const down = () => Promise.reject(new TypeError('Failed to fetch'));

describe('following the events', () => {
  it('P-23 goes on behind the last event after a break, and passes over what it does not know', async () => {
    const first = 'id: 7\ndata: {"type":"hello"}\n\nid: 8\ndata: {"type":"from-the-future"}\n\n';
    const { clock, asked, events, connected } = follow([stream(first), stream('id: 8\ndata: {"type":"reset"}\n\n')]);
    await settle();
    expect({ events, connected }).toEqual({ events: ['hello'], connected: [true, false] });
    await clock.pass(250);
    await settle();
    expect({ events, asked: asked.slice(0, 2) }).toEqual({ events: ['hello', 'reset'], asked: [undefined, '8'] });
  });

  it('waits longer each time while the server is away, up to ten seconds', async () => {
    const { clock, asked } = follow(Array.from({ length: 20 }, () => down));
    await settle();
    const gaps: number[] = [];
    for (let gap = 0; asked.length < 10; gap += 250) {
      const before = asked.length;
      await clock.pass(250);
      await settle();
      if (asked.length === before) continue;
      gaps.push(gap + 250);
      gap = -250;
    }
    expect(gaps).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000]);
  });

  it('an event that is not JSON breaks the stream, and it is opened again', async () => {
    const { clock, asked, connected } = follow([stream('data: {\n\n')]);
    await settle();
    await clock.pass(500);
    await settle();
    expect({ times: asked.length, connected }).toEqual({ times: 2, connected: [true, false] });
  });

  it('asks no more once it is stopped', async () => {
    const { clock, asked, follower, aborted } = follow([down, down]);
    await settle();
    follower.stop();
    await clock.pass(60_000);
    await settle();
    expect({ times: asked.length, aborted: aborted() }).toEqual({ times: 1, aborted: true });
  });
});
