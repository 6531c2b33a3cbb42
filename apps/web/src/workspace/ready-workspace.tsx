import { useBeforeLeave } from '@solidjs/router';
import type { Project } from '@slipway/contracts';
import type { ControlClient } from '@slipway/embed';
import type { WebContainer } from '@webcontainer/api';
import Globe from 'lucide-solid/icons/globe';
import { createEffect, createMemo, createSignal, lazy, onCleanup, Suspense } from 'solid-js';
import { useApi } from '../api/context.ts';
import type { CursorState } from '../editor/code-editor.tsx';
import { createOpenFiles } from '../editor/create-open-files.ts';
import { pageTheme } from '../shell/create-theme.ts';
import { createFeatures, type Features } from '../workbench/create-features.ts';
import { createFrame } from '../workbench/create-frame.tsx';
import { createWorkbenchStore } from '../workbench/create-workbench-store.ts';
import type { StoredWorkbench } from '../workbench/stored-workbench.ts';
import type { DockTab } from '../workbench/dock-tab.ts';
import type { Panel, PreviewParts, Workbench } from '../workbench/feature.ts';
import { frameCommands } from '../workbench/frame-commands.ts';
import { listenForKeys } from '../workbench/listen-for-keys.ts';
import { createPalette } from '../workbench/palette/create-palette.tsx';
import { createQuestions } from '../workbench/questions.tsx';
import { showToast, ToastRegion } from '../workbench/toasts.tsx';
import { createEditorTabs } from './create-editor-tabs.tsx';
import type { LateBase, OpenedFolder } from './create-container.ts';
import { createViews } from './create-views.ts';
import { createSaving, tabName } from './create-saving.ts';
import { features } from './features.ts';
import { SaveTrouble } from './save-status.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { Welcome } from './welcome.tsx';

/** What a project shows at first, where it has one of them. */
const FIRST_FILES = ['src/main.ts', 'src/App.tsx', 'src/main.tsx', 'index.html', 'package.json'];

/** The project with its container: editor, files and preview, and what the features add. */
export function ReadyWorkspace(props: {
  project: Project;
  folder: OpenedFolder;
  container: WebContainer;
  control: ControlClient | undefined;
}) {
  const api = useApi();
  const theme = pageTheme();
  const questions = createQuestions();
  // It is there since the boot: without it the workspace is not shown.
  const control = props.control!;
  const { project } = props;
  const folder = tellingOfAnswer(props.folder);
  const saver = createSaving({ api, project, folder, control, writeEdits: () => opened.flush() });
  const opened = createOpenFiles(props.container, () => saver.touch());
  const save = (): void => void saveByHand(activeFile(), made, saver);

  const store = createWorkbenchStore(props.project.id, () => ({
    files: opened.files().map(({ id, path, view }) => ({ id, path: path(), view })),
    layout: frame.layout(),
    active: frame.active(),
  }));
  openAtFirst(opened, folder.paths, store.before?.files);

  const editor = createEditorTabs({
    files: opened,
    ask: (question) => questions.ask(question),
    onView: () => store.touch(),
    saved: () => saver.state().name === 'saved',
    extend: (path) => made.editing(path),
  });
  const [lastFile, setLastFile] = createSignal<string>();
  const front = createMemo(() => opened.files().find(({ id }) => id === lastFile()) ?? opened.files()[0]);
  const activeFile = (): string | undefined => front()?.path();
  const cursor = (): CursorState | undefined => {
    const file = front();
    return file === undefined ? undefined : editor.cursorIn(file);
  };
  const views = createViews((id) => frame.control.show(id, true));
  const bench: Workbench = {
    project: props.project,
    kept: folder.kept,
    container: props.container,
    control: props.control,
    api,
    save: () => saver.flush(),
    pull: (revision) => saver.pull(revision),
    device: tabName,
    showPanel: (id, options) => frame.control.show(id, options?.focus ?? false),
    openFile(path, at) {
      const file = opened.open(path);
      frame.control.show(file.id, false);
      opened.reveal(file, at);
    },
    openView: (view) => views.open(view),
    openFiles: () => opened.files().map((file) => file.path()),
    activeFile,
    followMove: (from, to) => opened.followMove(from, to),
    // What cannot be written is kept in its tab; a full disk is no reason not to delete.
    writeEdits: () => opened.flush().catch((error: unknown) => console.warn('An edit is not written yet:', error)),
    toast: showToast,
    confirm: (question) => questions.ask(question),
    dark: theme.dark,
  };
  const palette = createPalette(bench, () => made);
  const made = createFeatures(features, bench, {
    panels: (preview) => (preview === undefined ? [] : [previewPanel(preview, bench)]),
    commands: [
      { id: 'save', title: () => 'Save', category: 'File', run: save, keys: 'Mod-s' },
      {
        id: 'close-tab',
        title: () => 'Close tab',
        category: 'File',
        keys: 'Alt-w',
        when: () => closable() !== undefined,
        run: () => closable()?.close?.(),
      },
      ...palette.commands,
      ...frameCommands(() => frame.control, theme),
    ],
  });

  const panels = made.panels.map(panelTab);
  const welcome = welcomeTab(made.commands);
  const tabs = createMemo(() => [...panels, ...orWelcome([...editor.tabs(), ...views.tabs()], welcome)]);
  const frame = createFrame({
    tabs,
    layout: store.before?.layout,
    front: store.before?.active,
    onChange: () => store.touch(),
  });
  const closable = (): DockTab | undefined =>
    tabs().find(({ id, close }) => id === frame.active() && close !== undefined);
  createEffect(() => {
    const id = frame.active();
    if (id !== undefined && opened.files().some((file) => file.id === id)) setLastFile(id);
  });
  createEffect(() => {
    editor.tabs();
    store.touch();
  });

  askBeforeLeaving(saver, questions);
  onCleanup(listenForKeys((keys, onlyEverywhere) => made.boundTo(keys, onlyEverywhere)));

  return (
    <div class="workspace">
      <TopBar project={props.project} saver={saver} made={made} />
      <SaveTrouble saver={saver} connected={made.connected()} kept={folder.kept.state().state === 'kept'} />
      <main class="workspace-main" aria-label="Workbench">
        <frame.View />
      </main>
      <StatusBar path={activeFile()} cursor={cursor()} feet={made.feet} />
      <palette.View />
      <questions.Host />
      <ToastRegion />
    </div>
  );
}

/** What features do with the file comes before; what they cannot do they tell by themselves. */
async function saveByHand(
  path: string | undefined,
  made: Features,
  saver: ReturnType<typeof createSaving>,
): Promise<void> {
  try {
    if (path !== undefined) await made.beforeSave(path);
    await saver.flush();
  } catch (error) {
    console.error('Cannot save:', error);
  }
}

/** What was open the last time, or one file to begin with. */
function openAtFirst(
  opened: ReturnType<typeof createOpenFiles>,
  paths: readonly string[],
  before: StoredWorkbench['files'] | undefined,
): void {
  const has = (path: string): boolean => paths.includes(path);
  if (before === undefined) {
    const first = FIRST_FILES.find(has);
    if (first !== undefined) opened.open(first);
    return;
  }
  for (const { id, path, view } of before)
    if (has(path)) opened.open(path, { id, ...(view === undefined ? {} : { view }) });
}

/**
 * A container that was opened without a server has no capability, and takes none later: the mirror and the relay refuse
 * it. That is said when a server answers again; until then nobody could install.
 */
function tellingOfAnswer(folder: OpenedFolder): OpenedFolder {
  const { late } = folder;
  if (late === undefined) return folder;
  const answered = async (): Promise<LateBase> => {
    const base = await late();
    showToast({
      title: 'The server answers again',
      text: 'This project was opened without it. To install packages and to run it, load the page anew.',
      action: { label: 'Reload', run: () => location.reload() },
    });
    return base;
  };
  return { ...folder, late: answered };
}

/** Leaving ends the container; what it holds is saved first. */
function askBeforeLeaving(saver: ReturnType<typeof createSaving>, questions: ReturnType<typeof createQuestions>): void {
  useBeforeLeave((leaving) => {
    if (leaving.defaultPrevented) return;
    // Always at first: a save takes time, and the router cannot wait.
    leaving.preventDefault();
    const leave = async (): Promise<boolean> => {
      const saved = await saver.flush().then(
        () => true,
        () => false,
      );
      return saved || (await questions.ask(LEAVE_UNSAVED));
    };
    void leave().then((yes) => (yes ? leaving.retry(true) : undefined));
  });
}

const LEAVE_UNSAVED = {
  title: 'Leave without saving?',
  text: 'Your last changes could not be saved. They are in this tab alone.',
  confirm: 'Leave all the same',
  cancel: 'Stay',
  danger: true,
};

/** A panel that stays keeps its state while it is hidden, so it is not made anew when it is shown. */
function panelTab(panel: Panel): DockTab {
  return {
    id: panel.id,
    title: () => panel.title,
    where: panel.where,
    order: panel.order,
    ...(panel.leastWidth === undefined ? {} : { leastWidth: panel.leastWidth }),
    ...(panel.icon === undefined ? {} : { icon: panel.icon }),
    body: panel.component,
    eager: panel.stays !== true,
    stays: panel.stays === true,
  };
}

/** In the middle there is always something. */
const orWelcome = (tabs: readonly DockTab[], welcome: DockTab): readonly DockTab[] =>
  tabs.length === 0 ? [welcome] : tabs;

/** A tab like others, but one that cannot be closed; the first file takes its place. */
function welcomeTab(commands: Parameters<typeof Welcome>[0]['commands']): DockTab {
  return {
    id: 'welcome',
    title: () => 'Welcome',
    where: 'center',
    order: 0,
    body: () => <Welcome commands={commands} />,
    eager: false,
    stays: false,
  };
}

// Nothing of it is needed before the project is there.
const PreviewPanel = lazy(async () => ({ default: (await import('../preview/preview-panel.tsx')).PreviewPanel }));

/** `stays`: a frame that is taken out of the document would load its page anew. */
function previewPanel(parts: PreviewParts, bench: Workbench): Panel {
  return {
    id: 'preview',
    title: 'Preview',
    icon: Globe,
    component: () => (
      <Suspense>
        <PreviewPanel parts={parts} bench={bench} />
      </Suspense>
    ),
    where: 'right',
    order: 10,
    stays: true,
  };
}
