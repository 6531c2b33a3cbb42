import { parseCursors, type ServerEvent, TOPICS_PER_STREAM } from '@slipway/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventFollower, EventHandlers } from '../follow-events.ts';
import { shareEvents } from './share-events.ts';

const followers: EventFollower[] = [];
afterEach(() => {
  for (const follower of followers.splice(0)) follower.stop();
});

/** One tab, with real locks and a real channel; the stream that it would have as the leader is the test's. */
function openTab(name: string) {
  const heard: string[] = [];
  const streams: { handlers: EventHandlers; after: string | undefined; stopped: boolean }[] = [];
  const follower = shareEvents(
    name,
    {
      onEvent(event) {
        if (event.type === 'topic') heard.push(`${event.topic.slice(6, 8)} ${event.seq}`);
        else heard.push(event.type === 'project' ? `project ${event.revision}` : event.type);
      },
      onConnected: (connected) => heard.push(connected ? 'up' : 'down'),
    },
    {
      locks: navigator.locks,
      channel: new BroadcastChannel(name),
      follow(handlers, after) {
        const stream = { handlers, after, stopped: false };
        streams.push(stream);
        return { stop: () => void (stream.stopped = true) };
      },
    },
  );
  followers.push(follower);
  return { heard, streams, follower };
}

const revision = (at: number): ServerEvent => ({ type: 'project', projectId: 'p', revision: at });

describe('one event stream for all tabs', () => {
  it('RN-15 the first tab leads, the others hear all of it, and who comes late is greeted', async () => {
    const name = crypto.randomUUID();
    const [first, second] = [openTab(name), openTab(name)];
    await expect.poll(() => first.streams.length).toBe(1);
    const { handlers } = first.streams[0]!;
    handlers.onConnected(true);
    handlers.onEvent({ type: 'hello' }, '4');
    handlers.onEvent(revision(5), '5');
    const all = ['up', 'hello', 'project 5'];
    await expect.poll(() => [first.heard, second.heard]).toEqual([all, all]);
    const late = openTab(name);
    await expect.poll(() => late.heard).toEqual(['up', 'hello']);
    handlers.onEvent(revision(6), '6');
    await expect.poll(() => late.heard.at(-1)).toBe('project 6');
    expect([second.streams, late.streams]).toEqual([[], []]);
    expect(first.heard).toHaveLength(4);
  });

  it('RN-15 when the leader goes the next one leads, behind the last event that it has seen', async () => {
    const name = crypto.randomUUID();
    const [first, second] = [openTab(name), openTab(name)];
    await expect.poll(() => first.streams.length).toBe(1);
    first.streams[0]!.handlers.onConnected(true);
    first.streams[0]!.handlers.onEvent(revision(7), '7');
    await expect.poll(() => second.heard).toContain('project 7');
    first.follower.stop();
    await expect.poll(() => second.streams.map(({ after }) => after)).toEqual(['7']);
    expect(first.streams[0]!.stopped).toBe(true);
  });

  it('two users’ tabs in one browser have a stream each', async () => {
    const [ann, bob] = [openTab(crypto.randomUUID()), openTab(crypto.randomUUID())];
    await expect.poll(() => [ann.streams.length, bob.streams.length]).toEqual([1, 1]);
    ann.streams[0]!.handlers.onEvent(revision(1), '1');
    await expect.poll(() => ann.heard).toEqual(['project 1']);
    expect(bob.heard).toEqual([]);
  });

  it('RN-15 a topic of any tab is in the one stream, which goes on where it was', async () => {
    const name = crypto.randomUUID();
    const [first, second] = [openTab(name), openTab(name)];
    await expect.poll(() => first.streams.length).toBe(1);
    first.streams[0]!.handlers.onConnected(true);
    first.streams[0]!.handlers.onEvent({ type: 'hello' }, '4');
    await expect.poll(() => second.heard).toEqual(['up', 'hello']);
    second.follower.want(new Map([[one, 0]]), [one]);
    await expect.poll(() => first.streams.length).toBe(2);
    expect(first.streams[0]!.stopped).toBe(true);
    expect(first.streams[1]!.after).toBe(`owner:4,${one}:0`);
    // Opened anew to carry more: nobody was away, so nobody is greeted.
    first.streams[1]!.handlers.onConnected(true);
    first.streams[1]!.handlers.onEvent({ type: 'hello' }, `owner:4,${one}:0`);
    first.streams[1]!.handlers.onEvent(lines(one, 8), `owner:5,${one}:8`);
    await expect.poll(() => second.heard).toEqual(['up', 'hello', '11 8']);

    // From further back: once more for all, and each drops what it has had.
    first.follower.want(
      new Map([
        [one, 2],
        [two, 0],
      ] as const),
      [one, two],
    );
    await expect.poll(() => first.streams.at(-1)!.after).toBe(`owner:5,${one}:2,${two}:0`);
    first.streams.at(-1)!.handlers.onEvent({ type: 'hello' }, `owner:5,${one}:2,${two}:0`);
    // The next leader knows it all.
    first.streams.at(-1)!.handlers.onEvent(lines(two, 3), `owner:5,${one}:8,${two}:3`);
    await expect.poll(() => second.heard.at(-1)).toBe('22 3');
    first.follower.stop();
    await expect.poll(() => second.streams.at(-1)?.after).toBe(`owner:5,${one}:8`);
    // Nobody wants it any more.
    second.follower.want(new Map(), []);
    await expect.poll(() => second.streams.at(-1)?.after).toBe('5');
  });

  it('P-07 a topic that is refused is not asked for again and again', async () => {
    const { streams, follower } = openTab(crypto.randomUUID());
    await expect.poll(() => streams.length).toBe(1);
    follower.want(new Map([[one, 0]]), [one]);
    expect(streams.at(-1)!.after).toBe(`owner,${one}:0`);
    streams.at(-1)!.handlers.onEvent({ type: 'topic-refused', topic: one });
    follower.want(
      new Map([
        [one, 0],
        [two, 0],
      ] as const),
      [two],
    );
    expect(streams.at(-1)!.after).toBe(`owner,${two}:0`);
    // A new follower may ask once more: it may be there now.
    follower.want(
      new Map([
        [one, 0],
        [two, 0],
      ] as const),
      [one],
    );
    expect(streams.at(-1)!.after).toBe(`owner,${one}:0,${two}:0`);
  });

  it('SV-04 carries no more topics than a stream may have', async () => {
    const { streams, follower } = openTab(crypto.randomUUID());
    await expect.poll(() => streams.length).toBe(1);
    const names = Array.from({ length: 50 }, () => `build/${crypto.randomUUID()}` as const);
    follower.want(new Map(names.map((topic) => [topic, 0])), names);
    expect(parseCursors(streams.at(-1)!.after!)?.size).toBe(TOPICS_PER_STREAM);
  });
});

const one = 'build/11111111-1111-4111-8111-111111111111' as const;
const two = 'build/22222222-2222-4222-8222-222222222222' as const;
const lines = (topic: string, seq: number): ServerEvent => ({
  type: 'topic',
  topic,
  seq,
  event: { type: 'lines', lines: [] },
});
