import { createSignal, For, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import type { Question, Toast } from '../workbench/feature.ts';
import { BranchSection } from './branch-section.tsx';
import { ChangeList, type RowAction } from './change-list.tsx';
import { CommitForm } from './commit-form.tsx';
import type { SourceControl } from './create-source-control.ts';
import { HistorySection } from './history-section.tsx';
import type { Side } from './open-difference.tsx';
import type { ChangedFile, ConflictedFile } from './parse-status.ts';
import { RemoteSection } from './remote-section.tsx';
import type { Commit } from './read-repository.ts';
import './source-control.css';

/** What the panel has done elsewhere in the workbench. */
export interface PanelDoes {
  confirm(question: Question): Promise<boolean>;
  toast(toast: Toast): void;
  openDifference(side: Side, file: ChangedFile, commit?: Commit): void;
  openConflict(file: ConflictedFile): void;
}

/** More than this is asked about before it is thrown away, as it could not be put back from memory. */
const PUT_BACK_FILES = 500;

/** The project's own git: what changed, what goes into the next commit, branches, remotes and history. */
export function SourceControlPanel(props: { control: SourceControl; does: PanelDoes }) {
  let panel: HTMLDivElement | undefined;
  onMount(() => {
    if (panel === undefined) return;
    const observer = new IntersectionObserver(([entry]) => props.control.show(entry?.isIntersecting === true));
    observer.observe(panel);
    onCleanup(() => {
      observer.disconnect();
      props.control.show(false);
    });
  });
  const busy = (): boolean => props.control.busy() !== undefined;
  return (
    <div class="source-control" ref={panel}>
      <p class="source-control-state muted" role="status">
        {props.control.busy() === undefined ? '' : `${props.control.busy()} …`}
        <Show when={props.control.progress()}>{(line) => <span class="source-control-line"> {line()}</span>}</Show>
      </p>
      <Show when={props.control.problem()}>
        {(text) => (
          <p class="error source-control-problem" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Switch>
        <Match when={props.control.reading() === 'none'}>
          <div class="source-control-none">
            <p>This project is no git repository of its own yet. Its saves are kept in the timeline all the same.</p>
            <button class="primary" disabled={busy()} onClick={() => void props.control.init()}>
              Make a git repository
            </button>
          </div>
        </Match>
        <Match when={props.control.reading() === 'failed'}>
          <button class="source-control-again" onClick={() => void props.control.refresh()}>
            Try again
          </button>
        </Match>
        <Match when={props.control.reading() === 'ready'}>
          <Ready control={props.control} does={props.does} busy={busy()} />
        </Match>
        <Match when>
          <p class="empty">Reading the repository …</p>
        </Match>
      </Switch>
    </div>
  );
}

/** Discarding asks only where it cannot be taken back; all else can be undone from the message. */
function Ready(props: { control: SourceControl; does: PanelDoes; busy: boolean }) {
  const [discarding, setDiscarding] = createSignal(false);
  const status = () => props.control.status();
  const discard = async (files: readonly ChangedFile[]): Promise<void> => {
    if (discarding()) return;
    setDiscarding(true);
    try {
      const what = files.length === 1 ? `“${files[0]?.path ?? ''}”` : `${files.length} files`;
      if (files.length > PUT_BACK_FILES) {
        const yes = await props.does.confirm({
          title: `Discard the changes of ${what}?`,
          text: 'They become what was staged or committed last, and new files go. This cannot be taken back here.',
          confirm: 'Discard',
          danger: true,
        });
        if (!yes) return;
      }
      const before = await props.control.discard(files);
      if (before === undefined) return;
      props.does.toast({
        title: `Discarded the changes of ${what}`,
        action: { label: 'Undo', run: () => void props.control.putBack(before) },
      });
    } finally {
      setDiscarding(false);
    }
  };
  const workActions: readonly RowAction[] = [
    { id: 'discard', label: 'Discard changes of', run: (files) => void discard(files) },
    { id: 'stage', label: 'Stage', run: (files) => void props.control.stage(pathsOf(files)) },
  ];
  const stagedActions: readonly RowAction[] = [
    { id: 'unstage', label: 'Unstage', run: (files) => void props.control.unstage(pathsOf(files)) },
  ];
  return (
    <>
      <CommitForm control={props.control} busy={props.busy} />
      <Show when={(status()?.conflicts.length ?? 0) > 0}>
        <Conflicts control={props.control} does={props.does} busy={props.busy} />
      </Show>
      <Show when={(status()?.staged.length ?? 0) > 0}>
        <ChangeList
          title="Staged"
          files={status()?.staged ?? []}
          actions={stagedActions}
          busy={props.busy}
          onOpen={(file) => props.does.openDifference('staged', file)}
        />
      </Show>
      <ChangeList
        title="Changes"
        files={status()?.work ?? []}
        actions={workActions}
        busy={props.busy}
        empty="Nothing has changed since it was staged or committed."
        onOpen={(file) => props.does.openDifference('work', file)}
      />
      <BranchSection control={props.control} confirm={props.does.confirm} busy={props.busy} />
      <RemoteSection control={props.control} confirm={props.does.confirm} busy={props.busy} />
      <HistorySection
        control={props.control}
        onOpen={(file, commit) => props.does.openDifference('commit', file, commit)}
      />
    </>
  );
}

/** A rename is two paths to git, of which the older one is a deletion. */
const pathsOf = (files: readonly ChangedFile[]): readonly string[] =>
  files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));

/** Paths that both sides of a merge changed, and the way out of it. */
function Conflicts(props: { control: SourceControl; does: PanelDoes; busy: boolean }) {
  const conflicts = () => props.control.status()?.conflicts ?? [];
  const abort = async (): Promise<void> => {
    const yes = await props.does.confirm({
      title: 'Take the merge back?',
      text: 'The files become what they were before it, and what was settled meanwhile is lost.',
      confirm: 'Take back',
      danger: true,
    });
    if (yes) await props.control.abortMerge();
  };
  return (
    <section aria-label="Conflicts">
      <header class="source-control-head">
        <h2>Conflicts</h2>
        <button class="quiet" disabled={props.busy} onClick={() => void abort()}>
          Take the merge back
        </button>
      </header>
      <ul aria-label="Conflicts">
        <For each={conflicts()}>
          {(file) => (
            <li class="source-control-row">
              <button class="quiet source-control-file" onClick={() => props.does.openConflict(file)}>
                <span class="source-control-name">{file.path}</span>
                <span class="muted source-control-folder">{file.what}</span>
              </button>
              <button
                class="quiet"
                disabled={props.busy}
                aria-label={`Mark ${file.path} resolved`}
                onClick={() => void props.control.stage([file.path])}
              >
                Resolved
              </button>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
