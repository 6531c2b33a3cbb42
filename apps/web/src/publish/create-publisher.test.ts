import type { Build, LogLine, ServerEvent } from '@slipway/contracts';
import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import type { Api } from '../api/create-api.ts';
import type { EventHandlers } from '../api/follow-events.ts';
import type { TopicHandlers } from '../api/link/create-link.ts';
import { settle } from '../testing/fake-container.ts';
import { createPublisher } from './create-publisher.ts';

const build = (id: string, more: Partial<Build> = {}): Build =>
  ({ id, projectId: 'p', status: 'running', createdAt: 1, updatedAt: 1, logSeq: 0, ...more }) as Build;
const line = (seq: number): LogLine => ({ seq, stream: 'stdout', text: `line ${String(seq)}`, createdAt: 1 });

function open(known: { builds?: Build[]; lines?: LogLine[] } = {}) {
  let handlers: EventHandlers | undefined;
  const topics = new Map<string, TopicHandlers>();
  let stopped = false;
  let found = 0;
  let ended = 0;
  const api = {
    builds: async () => ({ builds: known.builds ?? [], activeBuildId: null }),
    buildLogs: async (_id: string, after = 0) => {
      const rest = (known.lines ?? []).filter(({ seq }) => seq > after);
      return { build: build('x'), lines: rest.slice(0, 2), next: rest.length > 2 ? (rest[1]?.seq ?? null) : null };
    },
    createBuild: async (_project: string, snapshotId: string) => ({
      build: build(`of ${snapshotId}`, { createdAt: 5 }),
    }),
    cancelBuild: () => Promise.reject(new Error('too late')),
    topic: (name: string, after: number, given: TopicHandlers) => {
      topics.set(name, given);
      const rest = (known.lines ?? []).filter(({ seq }) => seq > after);
      if (rest.length > 0) queueMicrotask(() => given.onEvent({ type: 'lines', lines: rest }, rest.at(-1)!.seq));
      return { stop: () => void topics.delete(name) };
    },
    events: (given: EventHandlers) => {
      handlers = given;
      return { stop: () => void (stopped = true) };
    },
  } as unknown as Api;
  const { publisher, dispose } = createRoot((dispose) => ({
    publisher: createPublisher(
      api,
      { id: 'p' },
      () => found++,
      () => ended++,
    ),
    dispose,
  }));
  const send = async (event: ServerEvent) => {
    handlers?.onEvent(event);
    await settle();
  };
  return {
    publisher,
    dispose,
    send,
    print: (name: string, ...lines: LogLine[]) =>
      topics.get(name)?.onEvent({ type: 'lines', lines }, lines.at(-1)!.seq),
    followed: () => [...topics.keys()],
    reset: (name: string) => topics.get(name)?.onReset(9),
    found: () => found,
    ended: () => ended,
    stopped: () => stopped,
    handlers: () => handlers,
  };
}

describe('publishing', () => {
  it('P-24 finds a build under way with all of its log, and says so once', async () => {
    const known = { builds: [build('old'), build('new', { createdAt: 3 })], lines: [1, 2, 3, 4, 5].map(line) };
    const { publisher, send, found } = open(known);
    await send({ type: 'hello' });
    await send({ type: 'hello' });
    expect({ id: publisher.build()?.id, found: found() }).toEqual({ id: 'new', found: 1 });
    expect(publisher.lines().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('builds the snapshot that was saved, and follows its events alone', async () => {
    const { publisher, send, ended, print, followed } = open({ builds: [build('older')] });
    await publisher.publish(async () => 's');
    expect(publisher.build()?.id).toBe('of s');
    print('build/another', line(1));
    print('build/of s', line(1));
    expect(followed()).toEqual(['build/of s']);
    const done = build('of s', { createdAt: 5, updatedAt: 9, status: 'succeeded', logSeq: 2 });
    await send({ type: 'build', message: '', build: done });
    await send({ type: 'build', message: '', build: { ...done, updatedAt: 8, status: 'running' } });
    await send({ type: 'build', message: '', build: build('older') });
    expect(publisher.build()).toMatchObject({ id: 'of s', status: 'succeeded' });
    // The last lines may come behind the end; then there is nothing more to follow.
    expect([publisher.lines(), followed()]).toEqual([[line(1)], ['build/of s']]);
    print('build/of s', line(2));
    expect([publisher.lines(), followed()]).toEqual([[line(1), line(2)], []]);
    expect(ended()).toBe(1);
  });

  it('P-24 the log that is taken along is the one that is shown: a build\u2019s to its end, or this tab\u2019s', async () => {
    const { publisher, send } = open({ builds: [build('older')], lines: [1, 2, 3, 4, 5].map(line) });
    expect(await publisher.wholeLog()).toBe('');
    await send({ type: 'hello' });
    expect(await publisher.wholeLog()).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n');
    let printed = 0;
    await publisher.publish(
      async () => 's',
      async (save, { onLine }) => {
        await save();
        for (; printed < 5002; printed++) onLine('stdout', `here ${String(printed)}`);
        return { outcome: 'failed', summary: 'it did not build' };
      },
    );
    const log = (await publisher.wholeLog()).split('\n');
    expect([log.length, log[0], log[1]]).toEqual([5002, '(2 earlier lines were not kept)', 'here 2']);
    expect(log.at(-2)).toBe('here 5001');
  });

  it('says why nothing was published or cancelled', async () => {
    const { publisher } = open();
    await publisher.publish(() => Promise.reject(new Error('not saved')));
    expect(publisher.failure()).toBe('not saved');
    await publisher.publish(async () => 's');
    expect(publisher.failure()).toBeUndefined();
    await publisher.cancel();
    expect(publisher.failure()).toBe('too late');
  });

  it('tells when the stream is down, and leaves it with its owner', () => {
    const { publisher, handlers, dispose, stopped } = open();
    handlers()?.onConnected(false);
    expect(publisher.connected()).toBe(false);
    dispose();
    expect(stopped()).toBe(true);
  });
});
