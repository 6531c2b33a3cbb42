import type { MergeConflict, Project } from '@slipway/contracts';
import type { ControlClient } from '@slipway/embed';
import { onCleanup } from 'solid-js';
import type { Api } from '../api/create-api.ts';
import { tabId } from '../holder/tab-id.ts';
import type { Toast } from '../workbench/feature.ts';
import { showToast } from '../workbench/toasts.tsx';
import type { OpenedFolder } from './create-container.ts';
import { pageClock } from '../clock/clock.ts';
import { browserPage, createSaver, type Saver } from './create-saver.ts';
import { makeCommitter } from './make-committer.ts';

/** What is kept alike: the folder of a container, as it began, and the project on the server. */
export interface SavingParts {
  readonly api: Api;
  readonly project: Project;
  readonly control: ControlClient;
  readonly folder: OpenedFolder;
  /** Brings the editor's text into the container. */
  readonly writeEdits: () => Promise<void>;
}

/** How this tab is called where what it made is named. */
export const tabName = async (): Promise<string> => (await tabId()).slice(0, 4);

/** Saves what changes here, and brings what others change: another tab, a push, a restore (HI-06, UX-04). */
export function createSaving({ api, project, control, writeEdits, folder }: SavingParts): Saver {
  const committer = makeCommitter(api, project, control, {
    ...folder,
    device: tabName,
    onConflicts: (conflicts) => showToast(conflictToast(conflicts)),
    beforeSend: () =>
      control.persist().catch((error: unknown) => console.warn('Cannot keep what is being saved:', error)),
    onBase: (base) =>
      void folder.kept.note({ base }).catch((error: unknown) => console.warn('Cannot note what is saved:', error)),
  });
  const isKept = (): boolean => folder.kept.state().state === 'kept';
  const saver = createSaver(committer, control, writeEdits, { clock: pageClock, page: browserPage, isKept });
  const follower = api.events({
    onConnected: () => undefined,
    onEvent(event) {
      if (event.type === 'project' && event.projectId === project.id) saver.hear(event.revision);
    },
  });
  onCleanup(() => follower.stop());
  if (folder.restored) {
    if (folder.behind) committer.pull(project.revision);
    saver.touch();
  }
  return saver;
}

/** What was kept twice when another device's changes came in. */
function conflictToast(conflicts: readonly MergeConflict[]): Toast {
  const twice = conflicts.flatMap(({ keptAs }) => (keptAs === undefined ? [] : [keptAs]));
  const kept = conflicts.filter(({ outcome }) => outcome === 'kept-changed').map(({ path }) => path);
  return {
    tone: 'error',
    title: 'Changed here and on another device',
    text: [
      ...(twice.length === 0 ? [] : [`Your version is kept beside the other: ${twice.join(', ')}.`]),
      ...(kept.length === 0 ? [] : [`Deleted on one side and changed on the other, so it stays: ${kept.join(', ')}.`]),
    ].join(' '),
  };
}
