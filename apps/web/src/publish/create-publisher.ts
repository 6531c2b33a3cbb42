import { isTerminal, type Build, type BuildLogsResponse, type LogLine, type Project } from '@slipway/contracts';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import type { EventFollower } from '../api/follow-events.ts';
import { type BuildHere, createTabBuilds, type LocalBuild } from './create-tab-builds.ts';
import { mergeLines, SHOWN_LINES } from './merge-lines.ts';

/** One for the page, so that a build goes on while its panel is hidden. */
export interface Publisher {
  /** What this tab builds, or could not; it stands before the newest build. */
  readonly local: Accessor<LocalBuild | undefined>;
  /** Why the newest build was made on the server, where this tab asked for it. */
  readonly note: Accessor<string | undefined>;
  /** The newest build, if there ever was one (P-24: also after a reload in mid-build). */
  readonly build: Accessor<Build | undefined>;
  /** Only the newest, as many as a panel shows; the whole log is the server's. */
  readonly lines: Accessor<readonly LogLine[]>;
  readonly failure: Accessor<string | undefined>;
  readonly connected: Accessor<boolean>;
  /** `save` gives the snapshot that is built, and only that. With `here` the tab builds it, where it can. */
  publish(save: () => Promise<string>, here?: BuildHere): Promise<void>;
  cancel(): Promise<void>;
  /** Builds the newest build's snapshot once more. */
  retry(): Promise<void>;
  /** The log that is shown, as a text: a build's with what is not shown, and of this tab's what is kept of it. */
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

  const tab = createTabBuilds();
  const [note, setNote] = createSignal<string>();

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
        if (current?.id === id && isOver(current) && seq >= current.logSeq) own.stop();
      },
      onReset: () => setLines([]),
      onRefused: () => own.stop(),
    });
    log = own;
  };

  /** Events and answers may come in any order: an older state of a build, or of an older build, changes nothing. */
  const follow = (next: Build): void => {
    const current = build();
    if (current !== undefined && current.id !== next.id && next.createdAt < current.createdAt) return;
    if (current?.id === next.id && next.updatedAt < current.updatedAt) return;
    setBuild(next);
    if (current?.id !== next.id) followLog(next);
    else if (isOver(next) && (lines().at(-1)?.seq ?? 0) >= next.logSeq) log?.stop();
    const same = current?.id === next.id ? current : undefined;
    if (isTerminal(next.status) && (same?.status !== next.status || same.verification !== next.verification)) onEnded();
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

  const onServer = async (snapshotId: string): Promise<void> => {
    follow((await api.createBuild(project.id, snapshotId)).build);
  };
  const inTab = async (save: () => Promise<string>, here: BuildHere): Promise<void> => {
    const end = await tab.run(save, here);
    if (end.outcome === 'published') follow(end.build);
    if (end.outcome === 'server') {
      await onServer(end.snapshotId);
      setNote(end.why);
    }
    if (end.outcome !== 'failed') tab.clear();
  };

  return {
    local: tab.local,
    note,
    build,
    lines: () => (tab.local() === undefined ? lines() : tab.lines()),
    failure,
    connected,
    async publish(save, here) {
      // A second press while one is at work begins nothing.
      if (tab.isAtWork()) return;
      setFailure(undefined);
      setNote(undefined);
      try {
        if (here !== undefined) return await inTab(save, here);
        await onServer(await save());
        tab.clear();
      } catch (error) {
        if (tab.isAtWork()) tab.clear();
        setFailure(messageOf(error));
      }
    },
    async retry() {
      const snapshotId = build()?.snapshotId;
      if (snapshotId !== undefined) await this.publish(() => Promise.resolve(snapshotId));
    },
    wholeLog: async () => (tab.local() === undefined ? await readWholeLog(api, build()) : keptLog(tab.lines())),
    async cancel() {
      if (tab.isAtWork()) return tab.cancel();
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

/** Whether nothing is to come of it any more, its check included. */
function isOver({ status, verification }: Build): boolean {
  return isTerminal(status) && verification !== 'pending';
}

/** What this tab has printed is nowhere else: of a very long log its end, and how much of it went before. */
function keptLog(lines: readonly LogLine[]): string {
  const gone = (lines[0]?.seq ?? 1) - 1;
  const before = gone === 0 ? '' : `(${gone} earlier lines were not kept)\n`;
  return before + textOf(lines);
}

const textOf = (lines: readonly LogLine[]): string => lines.map(({ text }) => `${text}\n`).join('');

/** Page by page from the first line. The lines on the screen are the last ones only. */
async function readWholeLog(api: Pick<Api, 'buildLogs'>, build: Build | undefined): Promise<string> {
  let text = '';
  for (let after: number | null = build === undefined ? null : 0; after !== null && build !== undefined;) {
    const page: BuildLogsResponse = await api.buildLogs(build.id, after);
    text += textOf(page.lines);
    after = page.next;
  }
  return text;
}
