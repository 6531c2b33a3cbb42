import type { Extension } from '@codemirror/state';
import { createEffect, createSignal, ErrorBoundary, lazy, Match, Show, Suspense, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { Notice } from '../shell/notice.tsx';
import { BinaryFile } from './binary-file.tsx';
import type { CursorState } from './code-editor.tsx';
import type { OpenFiles } from './create-open-files.ts';
import { Drawing } from './drawing.tsx';
import './editor.css';
import type { FileContent, FileTrouble, LazyText, OpenFile } from './open-file.ts';

// CodeMirror and its languages: loaded while the container boots, see `preloadEditor`.
const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }));
const Comparison = lazy(async () => ({ default: (await import('./comparison.tsx')).Comparison }));

/** Begins to load the editor before anybody opens a file. A failure is told by the tab that needs it. */
export function preloadEditor(): void {
  import('./code-editor.tsx').catch((error: unknown) => console.warn('The editor is not loaded yet:', error));
}

/** Functions alone beside the file, so that a test needs no workspace. */
export interface FileBodyProps {
  file: OpenFile;
  files: OpenFiles;
  onEdit: (file: OpenFile, text: LazyText) => void;
  onCursor: (cursor: CursorState) => void;
  onView: () => void;
  extend: (path: string) => readonly Promise<Extension>[];
  onClose: () => void;
}

/** A file in its tab: its text, picture or failure, and above it what a program did to it meanwhile. */
export function FileBody(props: FileBodyProps) {
  props.files.load(props.file);
  let readText: (() => LazyText) | undefined;
  const [comparing, setComparing] = createSignal(false);
  const [drawn, setDrawn] = createSignal(false);
  /** Counts the edits, so that a drawing follows. */
  const [turn, setTurn] = createSignal(0);
  const isDrawing = (): boolean => /\.svg$/i.test(props.file.path()) && content('text') !== undefined;
  const content = <Name extends FileContent['name']>(name: Name) => {
    const current = props.file.content();
    return current.name === name ? (current as Extract<FileContent, { name: Name }>) : undefined;
  };
  const conflict = (): Extract<FileTrouble, { name: 'conflict' }> | undefined => {
    const trouble = props.file.trouble();
    return trouble?.name === 'conflict' ? trouble : undefined;
  };
  // A conflict that comes later begins with the question, not with the comparison.
  createEffect(() => conflict() === undefined && setComparing(false));
  return (
    <section class="file" aria-label={`File ${props.file.path()}`}>
      <Show when={props.file.trouble()?.name === 'deleted'}>
        <div class="file-bar" role="alert">
          <p>
            <b>{props.file.path()}</b> was deleted. Its text is in this tab alone.
          </p>
          <button onClick={() => readText !== undefined && props.files.writeAgain(props.file, readText())}>
            Write again
          </button>
          <button onClick={() => props.onClose()}>Close the tab</button>
        </div>
      </Show>
      <Show when={conflict()}>
        {(trouble) => (
          <>
            <div class="file-bar" role="alert">
              <p>
                A program changed the same lines of <b>{props.file.path()}</b> that you changed.
              </p>
              <button onClick={() => props.files.settle(props.file, 'mine')}>Keep mine</button>
              <button onClick={() => props.files.settle(props.file, 'theirs')}>Take theirs</button>
              <button aria-pressed={comparing()} onClick={() => setComparing(!comparing())}>
                Show both
              </button>
            </div>
            <Show when={comparing()}>
              <Suspense>
                <Comparison path={props.file.path()} mine={readText?.().toString() ?? ''} theirs={trouble().theirs} />
              </Suspense>
            </Show>
          </>
        )}
      </Show>
      <Show when={isDrawing()}>
        <div class="file-tools">
          <span class="grow" />
          <button aria-pressed={drawn()} onClick={() => setDrawn(!drawn())}>
            {drawn() ? 'Hide the picture' : 'Show the picture'}
          </button>
        </div>
        <Show when={drawn()}>
          <Drawing path={props.file.path()} turn={turn()} text={() => readText?.()} />
        </Show>
      </Show>
      <ErrorBoundary
        fallback={(error: unknown) => (
          <Notice
            tone="error"
            title="The editor could not be loaded"
            text={`${messageOf(error)}. What you typed in other tabs is safe`}
            action={{ label: 'Reload the page', run: () => location.reload() }}
          />
        )}
      >
        <Suspense fallback={<p class="empty">Loading the editor…</p>}>
          <Switch fallback={<p class="empty">Reading…</p>}>
            <Match when={content('text')}>
              {(text) => (
                <CodeEditor
                  file={props.file}
                  content={text()}
                  onEdit={(typed) => {
                    props.onEdit(props.file, typed);
                    setTurn((count) => count + 1);
                  }}
                  onCursor={(cursor) => props.onCursor(cursor)}
                  onView={() => props.onView()}
                  extend={(path) => props.extend(path)}
                  onReady={(read) => (readText = read)}
                />
              )}
            </Match>
            <Match when={content('binary')}>
              {(binary) => <BinaryFile path={props.file.path()} bytes={binary().bytes} />}
            </Match>
            <Match when={content('failed')}>
              {(failed) => (
                <p class="empty error" role="alert">
                  {props.file.path()} could not be read or written: {failed().message}
                </p>
              )}
            </Match>
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </section>
  );
}
