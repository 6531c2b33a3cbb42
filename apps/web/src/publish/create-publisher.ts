import { isTerminal, type Build, type LogLine, type Project } from '@slipway/contracts';
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import { mergeLines } from './merge-lines.ts';

export interface Publisher {
  /** The newest build, if there ever was one (P-24: also after a reload in mid-build). */
  readonly build: Accessor<Build | undefined>;
  readonly lines: Accessor<readonly LogLine[]>;
  readonly failure: Accessor<string | undefined>;
  readonly connected: Accessor<boolean>;
  /** `save` gives the snapshot that is built, and only that. */
  publish(save: () => Promise<string>): Promise<void>;
  cancel(): Promise<void>;
}

/** The newest build of a project, its log and its link, live. `onFoundRunning`: one was under way when the page opened. */
export function createPublisher(api: Api, project: Project, onFoundRunning: () => void): Publisher {
  const [build, setBuild] = createSignal<Build>();
  const [lines, setLines] = createSignal<readonly LogLine[]>([]);
  const [failure, setFailure] = createSignal<string>();
  const [connected, setConnected] = createSignal(true);

  const append = (added: readonly LogLine[]): void => {
    setLines((known) => mergeLines(known, added));
  };

  const follow = (next: Build): void => {
    const current = build();
    if (current !== undefined && current.id !== next.id && next.createdAt < current.createdAt) return;
    if (current?.id !== next.id) setLines([]);
    if (current?.id === next.id && next.updatedAt < current.updatedAt) return;
    setBuild(next);
  };

  const backfill = async (): Promise<void> => {
    const newest = (await api.builds(project.id)).builds.reduce<Build | undefined>((best, one) => (best === undefined || one.createdAt > best.createdAt ? one : best), undefined);
    if (newest === undefined) return;
    if (build() === undefined && !isTerminal(newest.status)) onFoundRunning();
    follow(newest);
    const known = lines().at(-1)?.seq ?? 0;
    const { lines: missed } = await api.buildLogs(newest.id, known);
    if (build()?.id === newest.id) append(missed);
  };

  const follower = api.events({
    onConnected: setConnected,
    onEvent(event) {
      // `hello` first, then the backfill: nothing can fall between the two.
      if (event.type === 'hello' || event.type === 'reset') void backfill().catch((error: unknown) => setFailure(messageOf(error)));
      else if (event.type === 'build' && event.build.projectId === project.id) follow(event.build);
      else if (event.type === 'log' && event.buildId === build()?.id) append(event.lines);
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
