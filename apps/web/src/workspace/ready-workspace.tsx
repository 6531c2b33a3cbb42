import { A } from '@solidjs/router';
import type { Project, TreeEntry } from '@slipway/contracts';
import type { WebContainer } from '@webcontainer/api';
import { createSignal, Match, onMount, Show, Switch } from 'solid-js';
import { useApi } from '../api/context.ts';
import { createPublisher } from '../publish/create-publisher.ts';
import { PublishPanel } from '../publish/publish-panel.tsx';
import { CodeEditor } from './code-editor.tsx';
import type { RunState } from './container-state.ts';
import { createFiles } from './create-files.ts';
import { createOpenFile, type OpenFile } from './create-open-file.ts';
import { createRunner } from './create-runner.ts';
import { createSaver, type SaveState } from './create-saver.ts';
import { createShell } from './create-shell.ts';
import { FileTree } from './file-tree.tsx';
import { Preview } from './preview.tsx';
import { TerminalView } from './terminal-view.tsx';

const SAVE_TEXT: Record<SaveState['name'], string> = {
  saved: 'Saved',
  pending: 'Unsaved',
  saving: 'Saving…',
  failed: 'Not saved',
  conflict: 'Changed elsewhere',
};

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
      return `${state.what === 'install' ? 'npm install' : 'npm run dev'} ended with code ${state.code}. Its output is in the terminal.`;
  }
}

type Panel = 'run' | 'shell' | 'publish';

export function ReadyWorkspace(props: { project: Project; entries: readonly TreeEntry[]; container: WebContainer }) {
  const api = useApi();
  const files = createFiles(props.container);
  const opened = createOpenFile(props.container);
  const saver = createSaver(api, props.project, props.container, props.entries);
  const runner = createRunner(props.container);
  const publisher = createPublisher(api, props.project);
  const shell = createShell(props.container);
  const [panel, setPanel] = createSignal<Panel>('run');

  const running = (): boolean => runner.state().name !== 'idle' && runner.state().name !== 'ended';
  const previewUrl = (): string | undefined => {
    const state = runner.state();
    return state.name === 'running' ? state.url : undefined;
  };
  const publish = (): void => {
    setPanel('publish');
    void publisher.publish(() => saver.flush());
  };
  const textFile = (): Extract<OpenFile, { name: 'text' }> | undefined => {
    const file = opened.file();
    return file.name === 'text' ? file : undefined;
  };

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
        <h1>{props.project.name}</h1>
        <span class={`save ${saver.state().name}`} role="status" data-save={saver.state().name}>
          {SAVE_TEXT[saver.state().name]}
        </span>
        <Show when={saver.state().name === 'conflict'}>
          <button onClick={() => void saver.keepMine()}>Keep my files</button>
          <button onClick={() => location.reload()}>Load the other’s</button>
        </Show>
        <span class="grow" />
        <span class="muted run-state" role="status" data-run={runner.state().name}>
          {runText(runner.state())}
        </span>
        <Show when={running()} fallback={<button onClick={() => runner.start()}>Run</button>}>
          <button onClick={() => runner.stop()}>Stop</button>
        </Show>
        <button class="primary" onClick={publish}>
          Publish
        </button>
      </header>
      <nav class="files" aria-label="Files">
        <FileTree nodes={files.root()} selected={textFile()?.path} onOpen={(path) => void opened.open(path)} />
      </nav>
      <section class="code" aria-label="Editor">
        <Switch fallback={<p class="empty">Choose a file on the left.</p>}>
          <Match when={textFile()}>{(file) => <CodeEditor path={file().path} text={file().text} onEdit={(text) => opened.edit(text)} />}</Match>
          <Match when={opened.file().name === 'binary'}>
            <p class="empty">This file is not text.</p>
          </Match>
          <Match when={opened.file().name === 'failed'}>
            <p class="empty error">This file could not be read or written.</p>
          </Match>
        </Switch>
      </section>
      <Preview url={previewUrl()} status={runText(runner.state())} />
      <section class="panel">
        <div class="tabs" role="tablist" aria-label="Panels">
          <Tab name="run" current={panel()} label="Run" onSelect={setPanel} />
          <Tab name="shell" current={panel()} label="Terminal" onSelect={setPanel} />
          <Tab name="publish" current={panel()} label="Publish" onSelect={setPanel} />
        </div>
        <div class="panel-body" hidden={panel() !== 'run'}>
          <TerminalView source={runner} label="Output of the project" />
        </div>
        <div class="panel-body" hidden={panel() !== 'shell'}>
          <TerminalView source={shell} label="Terminal" />
        </div>
        <div class="panel-body" hidden={panel() !== 'publish'}>
          <PublishPanel publisher={publisher} />
        </div>
      </section>
    </div>
  );
}

function Tab(props: { name: Panel; current: Panel; label: string; onSelect: (panel: Panel) => void }) {
  return (
    <button role="tab" aria-selected={props.current === props.name} onClick={() => props.onSelect(props.name)}>
      {props.label}
    </button>
  );
}
