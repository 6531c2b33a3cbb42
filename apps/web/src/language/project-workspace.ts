import { type LSPClient, LSPPlugin, Workspace, type WorkspaceFile } from '@codemirror/lsp-client';
import type { Text } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { pathOf } from './project-uri.ts';

/** A server knows files by their addresses below `root`. */
export interface WorkspaceParts {
  /** The project's folder, absolute. */
  readonly root: string;
  /** The file's text is no longer shown. */
  onClose(path: string): void;
}

interface ShownFile extends WorkspaceFile {
  readonly path: string;
  readonly view: EditorView;
  version: number;
  doc: Text;
}

/**
 * The files with a text in the editor, for one server. What is typed while the
 * server is away is not told to it piece by piece: the next one is given the texts
 * as they stand.
 */
export class ProjectWorkspace extends Workspace {
  files: ShownFile[] = [];
  readonly #parts: WorkspaceParts;
  /** A server is there, or coming up: it was told of the files. */
  #live = false;
  #nextVersion = 1;

  constructor(client: LSPClient, parts: WorkspaceParts) {
    super(client);
    this.#parts = parts;
  }

  /** Whatever characters the server encodes in addresses. */
  override getFile(uri: string): ShownFile | null {
    const path = pathOf(this.#parts.root, uri);
    return path === undefined ? null : this.fileAt(path);
  }

  /** The file with this path, where its text is in the editor. */
  fileAt(path: string): ShownFile | null {
    return this.files.find((file) => file.path === path) ?? null;
  }

  syncFiles(): { file: WorkspaceFile; prevDoc: Text; changes: LSPPlugin['unsyncedChanges'] }[] {
    if (!this.#live || this.client.serverCapabilities === null) return [];
    return this.files.flatMap((file) => {
      const plugin = LSPPlugin.get(file.view);
      if (plugin === null || plugin.unsyncedChanges.empty) return [];
      const told = { file, prevDoc: file.doc, changes: plugin.unsyncedChanges };
      this.#take(file, plugin);
      return [told];
    });
  }

  openFile(uri: string, languageId: string, view: EditorView): void {
    const path = pathOf(this.#parts.root, uri);
    if (path === undefined) throw new Error(`Cannot open "${uri}": it is outside the project`);
    const file: ShownFile = {
      uri,
      path,
      languageId,
      view,
      version: this.#nextVersion++,
      doc: view.state.doc,
      getView: () => view,
    };
    this.files.push(file);
    if (this.#live) this.client.didOpen(file);
  }

  closeFile(uri: string, view: EditorView): void {
    const file = this.files.find((each) => each.view === view && each.uri === uri);
    if (file === undefined) return;
    this.files = this.files.filter((each) => each !== file);
    if (this.#live) this.client.didClose(uri);
    this.#parts.onClose(file.path);
  }

  override connected(): void {
    this.#live = true;
    for (const file of this.files) {
      const plugin = LSPPlugin.get(file.view);
      if (plugin !== null) this.#take(file, plugin);
      this.client.didOpen(file);
    }
  }

  override disconnected(): void {
    this.#live = false;
  }

  #take(file: ShownFile, plugin: LSPPlugin): void {
    file.doc = file.view.state.doc;
    file.version = this.#nextVersion++;
    plugin.clear();
  }
}
