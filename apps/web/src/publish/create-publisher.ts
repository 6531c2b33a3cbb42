import { isTerminal, type Build, type BuildLogsResponse, type LogLine, type Project } from '@slipway/contracts';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import type { EventFollower } from '../api/follow-events.ts';
import { mergeLines } from './merge-lines.ts';

/** The page holds the end of a log: a document with every line of a long one is slow to scroll, and slower to grow. */
const SHOWN_LINES = 5000;

/** What publishing is at. */
export interface Publisher {
  /** The newest build, if there ever was one (P-24: also after a reload in mid-build). */
  readonly build: Accessor<Build | undefined>;
  /** The last lines of its log, in order. */
  readonly lines: Accessor<readonly LogLine[]>;
  readonly failure: Accessor<string | undefined>;
  readonly connected: Accessor<boolean>;
  /** `save` gives the snapshot that is built, and only that. */
  publish(save: () => Promise<string>): Promise<void>;
  cancel(): Promise<void>;
  /** Builds the newest build's snapshot once more. */
  retry(): Promise<void>;
  /** The whole log as a text, also what is not shown. */
  wholeLog(): Promise<string>;
}

/**
 * The newest build of a project, its log and its link, live. `onFoundRunning`: one was under way
 * when the page opened. `onEnded`: one has ended, or had when the page opened.
 */
export function createPublisher(
  api: Pick<Api, 'builds' | 'buildLogs' | 'createBuild' | 'cancelBuild' | 'events' | 'topic'>,
  project: Pick<Project, 'id'>,
  onFoundRunning: () => void,
  onEnded: () => void = () => undefined,
): Publisher {
  const [build, setBuild] = createSignal<Build>();
  const [lines, setLines] = createSignal<readonly LogLine[]>([]);
  const [failure, setFailure] = createSignal<string>();
  const [connected, setConnected] = createSignal(true);

  const append = (added: readonly LogLine[]): void => {
    setLines((known) => mergeLines(known, added, SHOWN_LINES));
  };

  let log: EventFollower | undefined;
  onCleanup(() => log?.stop());
  /** The log is a topic of its own, from the first line that is shown: what there is of it and what comes. */
  const followLog = ({ id, logSeq }: Build): void => {
    log?.stop();
    setLines([]);
    const own = api.topic(`build/${id}`, Math.max(0, logSeq - SHOWN_LINES), {
      onEvent(event, seq) {
        append(event.lines);
        const current = build();
        if (current?.id === id && isTerminal(current.status) && seq >= current.logSeq) own.stop();
      },
      onReset: () => setLines([]),
      onRefused: () => own.stop(),
    });
    log = own;
  };

  const follow = (next: Build): void => {
    const current = build();
    if (current !== undefined && current.id !== next.id && next.createdAt < current.createdAt) return;
    if (current?.id === next.id && next.updatedAt < current.updatedAt) return;
    setBuild(next);
    if (current?.id !== next.id) followLog(next);
    else if (isTerminal(next.status) && (lines().at(-1)?.seq ?? 0) >= next.logSeq) log?.stop();
    if (isTerminal(next.status) && (current?.id !== next.id || !isTerminal(current.status))) onEnded();
  };

  const backfill = async (): Promise<void> => {
    const newest = (await api.builds(project.id)).builds.reduce<Build | undefined>(
      (best, one) => (best === undefined || one.createdAt > best.createdAt ? one : best),
      undefined,
    );
    if (newest === undefined) return;
    if (build() === undefined && !isTerminal(newest.status)) onFoundRunning();
    follow(newest);
  };

  const follower = api.events({
    onConnected: setConnected,
    onEvent(event) {
      // `hello` first, then the backfill: nothing can fall between the two.
      if (event.type === 'hello' || event.type === 'reset')
        void backfill().catch((error: unknown) => setFailure(messageOf(error)));
      else if (event.type === 'build' && event.build.projectId === project.id) follow(event.build);
    },
  });
  onCleanup(() => follower.stop());

  return {
    build,
    lines,
    failure,
    connected,
    async publish(save) {
      setFailure(undefined);
      try {
        follow((await api.createBuild(project.id, await save())).build);
      } catch (error) {
        setFailure(messageOf(error));
      }
    },
    async retry() {
      const snapshotId = build()?.snapshotId;
      if (snapshotId !== undefined) await this.publish(() => Promise.resolve(snapshotId));
    },
    async wholeLog() {
      const current = build();
      let text = '';
      for (let after: number | null = current === undefined ? null : 0; after !== null && current !== undefined;) {
        const page: BuildLogsResponse = await api.buildLogs(current.id, after);
        text += page.lines.map((line) => `${line.text}\n`).join('');
        after = page.next;
      }
      return text;
    },
    async cancel() {
      const current = build();
      if (current === undefined) return;
      try {
        follow((await api.cancelBuild(current.id)).build);
      } catch (error) {
        setFailure(messageOf(error));
      }
    },
  };
}
