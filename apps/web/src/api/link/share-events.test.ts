import type { ServerEvent } from '@slipway/contracts';
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
      onEvent: (event) => heard.push(event.type === 'project' ? `project ${event.revision}` : event.type),
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
});
