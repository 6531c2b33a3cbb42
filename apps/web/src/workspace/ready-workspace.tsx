import { A, useBeforeLeave } from '@solidjs/router';
import type { Project, TreeEntry } from '@slipway/contracts';
import type { WebContainer } from '@webcontainer/api';
import { createSignal, Match, onMount, Show, Switch } from 'solid-js';
import { useApi } from '../api/context.ts';
import { createPublisher } from '../publish/create-publisher.ts';
import { PublishPanel } from '../publish/publish-panel.tsx';
import { Notice } from '../shell/notice.tsx';
import { Tabs } from '../shell/tabs.tsx';
import { BinaryFile } from './binary-file.tsx';
import { CodeEditor } from './code-editor.tsx';
import type { RunState } from './container-state.ts';
import { createFiles } from './create-files.ts';
import { createOpenFile, type OpenFile } from './create-open-file.ts';
import { createRunner } from './create-runner.ts';
import { createSaver } from './create-saver.ts';
import { createShell } from './create-shell.ts';
import { FileTree } from './file-tree.tsx';
import { Preview } from './preview.tsx';
import { SaveStatus, SaveTrouble } from './save-status.tsx';
import { TerminalView } from './terminal-view.tsx';

function runText(state: RunState): string {
  switch (state.name) {
    case 'idle':
      return 'Not running. Press “Run”.';
    case 'installing':
      return 'Installing packages…';
    case 'starting':
      return 'Starting the dev server…';
    case 'running':
      return `Running on port ${state.port}`;
    case 'ended':
      return `${commandOf(state)} ended with code ${state.code}`;
  }
}

const commandOf = (end: Extract<RunState, { name: 'ended' }>): string => (end.what === 'install' ? 'npm install' : 'npm run dev');

type Panel = 'run' | 'shell' | 'publish';

const PANELS = [
  { name: 'run', label: 'Run' },
  { name: 'shell', label: 'Terminal' },
  { name: 'publish', label: 'Publish' },
] as const;

export function ReadyWorkspace(props: { project: Project; entries: readonly TreeEntry[]; container: WebContainer }) {
  const api = useApi();
  const files = createFiles(props.container);
  const opened = createOpenFile(props.container);
  const saver = createSaver(api, props.project, props.container, props.entries);
  const runner = createRunner(props.container);
  const shell = createShell(props.container);
  const [panel, setPanel] = createSignal<Panel>('run');
  const publisher = createPublisher(api, props.project, () => setPanel('publish'));

  const running = (): boolean => runner.state().name !== 'idle' && runner.state().name !== 'ended';
  const previewUrl = (): string | undefined => {
    const state = runner.state();
    return state.name === 'running' ? state.url : undefined;
  };
  const ended = (): Extract<RunState, { name: 'ended' }> | undefined => {
    const state = runner.state();
    return state.name === 'ended' ? state : undefined;
  };
  const saveAll = async (): Promise<string> => {
    await opened.flush();
    return await saver.flush();
  };
  const publish = (): void => {
    setPanel('publish');
    void publisher.publish(saveAll);
  };
  const openPath = (): string | undefined => {
    const file = opened.file();
    return file.name === 'none' ? undefined : file.path;
  };
  const binaryFile = (): Extract<OpenFile, { name: 'binary' }> | undefined => {
    const file = opened.file();
    return file.name === 'binary' ? file : undefined;
  };
  const brokenFile = (): Extract<OpenFile, { name: 'failed' }> | undefined => {
    const file = opened.file();
    return file.name === 'failed' ? file : undefined;
  };
  const textFile = (): Extract<OpenFile, { name: 'text' }> | undefined => {
    const file = opened.file();
    return file.name === 'text' ? file : undefined;
  };

  // Leaving ends the container; what it holds is saved first.
  useBeforeLeave((leaving) => {
    if (leaving.defaultPrevented) return;
    leaving.preventDefault();
    saveAll().then(
      () => leaving.retry(true),
      () => confirm('Your last changes are not saved. Leave all the same?') && leaving.retry(true),
    );
  });

  onMount(() => {
    const first = ['src/main.ts', 'src/App.tsx', 'src/main.tsx', 'index.html', 'package.json'].find((path) => props.entries.some((entry) => entry.path === path));
    if (first !== undefined) void opened.open(first);
    runner.start();
  });

  return (
    <div class="workspace">
      <header class="bar">
        <A href="/" class="home" aria-label="All projects">
          <img src="/favicon.svg" alt="" width="22" height="22" />
        </A>
        <h1 title={props.project.name}>{props.project.name}</h1>
        <SaveStatus state={saver.state()} />
        <span class="grow" />
        <span class="muted run-state" role="status" data-run={runner.state().name}>
          {runText(runner.state())}
        </span>
        <Show when={running()} fallback={<button onClick={() => runner.start()}>{ended() === undefined ? 'Run' : 'Run again'}</button>}>
          <button onClick={() => runner.stop()}>Stop</button>
        </Show>
        <button class="primary" onClick={publish}>
          Publish
        </button>
      </header>
      <SaveTrouble saver={saver} connected={publisher.connected()} />
      <nav class="files" aria-label="Files">
        <FileTree nodes={files.root()} selected={openPath()} onOpen={(path) => void opened.open(path)} />
      </nav>
      <section class="code" aria-label="Editor">
        <Switch fallback={<p class="empty">Choose a file on the left.</p>}>
          <Match when={textFile()}>{(file) => <CodeEditor path={file().path} text={file().text} onEdit={(text) => opened.edit(text)} />}</Match>
          <Match when={binaryFile()}>{(file) => <BinaryFile path={file().path} bytes={file().bytes} />}</Match>
          <Match when={brokenFile()}>
            {(file) => (
              <p class="empty error" role="alert">
                {file().path} could not be read or written: {file().message}
              </p>
            )}
          </Match>
        </Switch>
      </section>
      <Preview url={previewUrl()}>
        <Show when={ended()} fallback={runText(runner.state())}>
          {(end) => (
            <Notice
              tone="error" title={`${commandOf(end())} ended with code ${end().code}`} text="What it printed is below, under “Run”."
              action={{ label: 'Run again', run: () => runner.start() }}
            />
          )}
        </Show>
      </Preview>
      <section class="panel">
        <Tabs label="Panels" choices={PANELS} current={panel()} onSelect={setPanel} />
        <div class="panel-body" id="panel-run" role="tabpanel" aria-labelledby="tab-run" hidden={panel() !== 'run'}>
          <TerminalView source={runner} label="Output of the project" />
        </div>
        <div class="panel-body" id="panel-shell" role="tabpanel" aria-labelledby="tab-shell" hidden={panel() !== 'shell'}>
          <TerminalView source={shell} label="Terminal" />
        </div>
        <div class="panel-body" id="panel-publish" role="tabpanel" aria-labelledby="tab-publish" hidden={panel() !== 'publish'}>
          <PublishPanel publisher={publisher} />
        </div>
      </section>
    </div>
  );
}
