import type { SnapshotDiffResponse } from '@slipway/contracts';
import { type Accessor, createSignal } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { type FilesBackNeeds, isOfRun, makeFilesBack } from './make-files-back.ts';
import type { FileBack } from './plan-files.ts';
import type { TranscriptRun } from './transcript-state.ts';

/** What is taken back: what the agent made of the files, what was said, or both. */
export type RewindWhat = 'files' | 'chat' | 'both';

/** A question to a person: what to take back from this run on. */
export interface Rewinding {
  readonly run: TranscriptRun;
  /** Undefined while they are being looked for. */
  readonly files: Accessor<readonly FileBack[] | undefined>;
  readonly problem: Accessor<string | undefined>;
  readonly busy: Accessor<boolean>;
}

/** `before` and `after` are the path's entries; null where the file was not there at that end of the run. */
export type FileChange = SnapshotDiffResponse['changes'][number];

/** Takes runs back: out of the conversation, or the files that they changed, or both. */
export interface Rewinder {
  /** What is being asked; undefined: nothing. */
  readonly asked: Accessor<Rewinding | undefined>;
  ask(run: TranscriptRun): void;
  cancel(): void;
  /** Does what was asked; `mine`: also files that somebody edited since. */
  confirm(what: RewindWhat, mine: boolean): Promise<void>;
  /** The files that a run changed; `cut` where there are more than are listed. */
  changesOf(run: TranscriptRun): Promise<{ changes: readonly FileChange[]; cut: boolean }>;
  textsOf(run: TranscriptRun, change: FileChange): Promise<{ before: string; after: string } | { problem: string }>;
  /** Takes one file of a run back; asks where somebody edited it since. Resolves with whether it was. */
  undoFile(run: TranscriptRun, path: string): Promise<boolean>;
}

/** `takeBack` changes the conversation alone; files come back by `bench`. */
export interface RewindNeeds {
  readonly bench: FilesBackNeeds;
  readonly runs: () => readonly TranscriptRun[];
  /** Takes a run and all behind it out of the conversation. */
  takeBack(runId: string): Promise<void>;
  onTakenBack(run: TranscriptRun): void;
}

/** A larger file is told in words and not fetched: both of its texts would lie in the page at once. */
const SHOWN_LIMIT_BYTES = 512 * 1024;

/** Files come from the checkpoints of runs; what is there before is in the timeline, and comes back by "Undo". */
export function createRewind({ bench, runs, takeBack, onTakenBack }: RewindNeeds): Rewinder {
  const { api, project } = bench;
  const [asked, setAsked] = createSignal<Rewinding>();
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const [files, setFiles] = createSignal<readonly FileBack[]>();

  const { diff, plan, bring } = makeFilesBack(bench);

  return {
    asked,
    ask(run) {
      const rewinding: Rewinding = { run, files, problem, busy };
      setFiles(undefined);
      setProblem(undefined);
      setAsked(rewinding);
      const taken = runs().filter(({ seq }) => seq >= run.seq);
      plan(taken).then(
        (found) => asked() === rewinding && setFiles(found),
        (error: unknown) => asked() === rewinding && setProblem(messageOf(error)),
      );
    },
    cancel: () => setAsked(undefined),
    async confirm(what, mine) {
      const rewinding = asked();
      if (rewinding === undefined || busy()) return;
      setBusy(true);
      setProblem(undefined);
      try {
        const back = (files() ?? []).filter(({ edited }) => mine || !edited);
        if (what !== 'chat' && back.length > 0) await bring(back);
        if (what !== 'files') {
          await takeBack(rewinding.run.runId);
          onTakenBack(rewinding.run);
        }
        setAsked(undefined);
      } catch (error) {
        setProblem(messageOf(error));
      } finally {
        setBusy(false);
      }
    },
    async changesOf(run) {
      const { before, after } = run;
      if (before === undefined || after === undefined) return { changes: [], cut: false };
      const { changes, cut } = await diff(before, after);
      return {
        changes: changes.filter(
          (change) => (change.after ?? change.before)?.kind !== 'dir' && isOfRun(run, change.path),
        ),
        cut,
      };
    },
    async textsOf(run, { path, before, after }) {
      const size = Math.max(...[before, after].map((side) => (side?.kind === 'file' ? side.size : 0)));
      if (size > SHOWN_LIMIT_BYTES) return { problem: 'It is too large to be shown here.' };
      const read = async (id: string | undefined, side: FileChange['before']): Promise<Uint8Array> =>
        id !== undefined && side?.kind === 'file' ? await api.fileAt(project.id, id, path) : new Uint8Array();
      const [old, now] = await Promise.all([read(run.before, before), read(run.after, after)]);
      if (old.includes(0) || now.includes(0)) return { problem: 'It is no text.' };
      const decoder = new TextDecoder();
      return { before: decoder.decode(old), after: decoder.decode(now) };
    },
    async undoFile(run, path) {
      try {
        const [back] = (await plan([run])).filter((one) => one.path === path);
        if (back === undefined) {
          bench.toast({ title: `“${path}” is as it was already` });
          return true;
        }
        const yes =
          !back.edited ||
          (await bench.confirm({
            title: `Take back your own edits of “${path}” too?`,
            text: 'It was edited since the agent changed it. What is there now stays in the timeline.',
            confirm: 'Take back both',
            cancel: 'Keep it',
          }));
        if (yes) await bring([back]);
        return yes;
      } catch (error) {
        bench.toast({ title: `“${path}” was not taken back`, text: messageOf(error), tone: 'error' });
        return false;
      }
    },
  };
}
