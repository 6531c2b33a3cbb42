import type { Build, LogLine, ServerEvent } from '@slipway/contracts';
import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import type { Api } from '../api/create-api.ts';
import type { EventHandlers } from '../api/follow-events.ts';
import { settle } from '../testing/fake-container.ts';
import { createPublisher } from './create-publisher.ts';

const build = (id: string, more: Partial<Build> = {}): Build =>
  ({ id, projectId: 'p', status: 'running', createdAt: 1, updatedAt: 1, logSeq: 0, ...more }) as Build;
const line = (seq: number): LogLine => ({ seq, stream: 'stdout', text: `line ${String(seq)}`, createdAt: 1 });

function open(known: { builds?: Build[]; lines?: LogLine[] } = {}) {
  let handlers: EventHandlers | undefined;
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
    found: () => found,
    ended: () => ended,
    stopped: () => stopped,
    handlers: () => handlers,
  };
}

describe('publishing', () => {
  it('P-24 finds a build under way with all pages of its log, and says so once', async () => {
    const known = { builds: [build('old'), build('new', { createdAt: 3 })], lines: [1, 2, 3, 4, 5].map(line) };
    const { publisher, send, found } = open(known);
    await send({ type: 'hello' });
    await send({ type: 'hello' });
    expect({ id: publisher.build()?.id, found: found() }).toEqual({ id: 'new', found: 1 });
    expect(publisher.lines().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('builds the snapshot that was saved, and follows its events alone', async () => {
    const { publisher, send, ended } = open();
    await publisher.publish(async () => 's');
    expect(publisher.build()?.id).toBe('of s');
    await send({ type: 'log', buildId: 'another', projectId: 'p', lines: [line(1)] });
    await send({ type: 'log', buildId: 'of s', projectId: 'p', lines: [line(1)] });
    const done = build('of s', { createdAt: 5, updatedAt: 9, status: 'succeeded' });
    await send({ type: 'build', message: '', build: done });
    await send({ type: 'build', message: '', build: { ...done, updatedAt: 8, status: 'running' } });
    await send({ type: 'build', message: '', build: build('older') });
    expect(publisher.build()).toMatchObject({ id: 'of s', status: 'succeeded' });
    expect(publisher.lines()).toEqual([line(1)]);
    expect(ended()).toBe(1);
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
