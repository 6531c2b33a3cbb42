import type { LogLine } from '@slipway/contracts';
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import type { TabBuildEnd, TabPhase, TabWatch } from './build-in-tab.ts';
import { mergeLines, SHOWN_LINES } from './merge-lines.ts';

/** A build in this tab, which is no version yet; one that failed stays until the next. */
export type LocalBuild =
  | { readonly name: TabPhase; readonly cancelling: boolean }
  | { readonly name: 'failed'; readonly summary: string };

/** Builds in this tab what `save` gives. */
export type BuildHere = (save: () => Promise<string>, watch: TabWatch) => Promise<TabBuildEnd>;

/** One at a time, since a container has one folder to build in. */
export interface TabBuilds {
  readonly local: Accessor<LocalBuild | undefined>;
  readonly lines: Accessor<readonly LogLine[]>;
  isAtWork(): boolean;
  /** Runs one; what failed is shown until the next, all else until `clear`. */
  run(save: () => Promise<string>, here: BuildHere): Promise<TabBuildEnd>;
  cancel(): void;
  clear(): void;
}

/** A build that is under way when its owner goes is cancelled. */
export function createTabBuilds(): TabBuilds {
  const [local, setLocal] = createSignal<LocalBuild>();
  const [lines, setLines] = createSignal<readonly LogLine[]>([]);
  let abort = new AbortController();
  onCleanup(() => abort.abort());
  return {
    local,
    lines,
    isAtWork: () => local() !== undefined && local()?.name !== 'failed',
    async run(save, here) {
      abort = new AbortController();
      const { signal } = abort;
      let seq = 0;
      setLines([]);
      setLocal({ name: 'saving', cancelling: false });
      const end = await here(save, {
        signal,
        onPhase: (name) => {
          if (!signal.aborted) setLocal({ name, cancelling: false });
        },
        onLine: (stream, text) => {
          const added = { seq: ++seq, stream, text, createdAt: Date.now() * 1000 };
          setLines((known) => mergeLines(known, [added], SHOWN_LINES));
        },
      });
      if (end.outcome === 'failed') setLocal({ name: 'failed', summary: end.summary });
      return end;
    },
    cancel() {
      const current = local();
      if (current !== undefined && current.name !== 'failed') setLocal({ ...current, cancelling: true });
      abort.abort();
    },
    clear: () => void setLocal(undefined),
  };
}
