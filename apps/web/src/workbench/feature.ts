/**
 * What a feature of the IDE may use and may add: the door between the frame and
 * the folders of features. The frame draws `Panel`s (tabs of the dock, pages of
 * the phone), runs `Command`s (buttons, palette, keys, the sheet of shortcuts)
 * and hands every feature one `Workbench` for the open project.
 *
 * Colours: `styles/tokens.css` has a variable for each, light and dark. Whoever
 * paints by itself (a terminal) reads them with `getComputedStyle` and again
 * when `dark()` changes.
 */
import type { Project } from '@slipway/contracts';
import type { ControlClient } from '@slipway/embed';
import type { WebContainer } from '@webcontainer/api';
import type { Extension } from '@codemirror/state';
import type { Accessor, Component } from 'solid-js';
import type { Api } from '../api/create-api.ts';
import type { KeptFolder } from '../folder/kept-folder.ts';

/** A place in a text, both from 1, as compilers print them. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  /** So many characters from there are meant, and selected. */
  readonly length?: number;
}

/** A short message that goes by itself. */
export interface Toast {
  readonly title: string;
  readonly text?: string;
  /** An error stays until it is closed. */
  readonly tone?: 'info' | 'error';
  readonly action?: { readonly label: string; run(): void };
}

/** Something to be asked before it is done. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** The button that says yes, such as "Delete". */
  readonly confirm: string;
  /** The button that says no; "Cancel" where nothing is said. */
  readonly cancel?: string;
  /** What is done cannot be undone. */
  readonly danger?: boolean;
}

/** A tab in the middle that is no file: two texts side by side, say. */
export interface View {
  readonly id: string;
  readonly title: string;
  /** More than the title says, such as the whole path. */
  readonly hint?: string;
  readonly component: Component;
}

/** Less than the page has: what a feature needs beyond it, it brings along. */
export interface Workbench {
  readonly project: Project;
  /** What this browser keeps of the project’s files. */
  readonly kept: KeptFolder;
  readonly container: WebContainer;
  /** What the client has no words for: processes, ports, output by stream. Absent where the runtime offered none. */
  readonly control: ControlClient | undefined;
  readonly api: Api;
  /** Saves what is not saved yet; resolves with the newest snapshot. */
  save(): Promise<string>;
  /** Brings what the server has made of the project, at this revision, into the folder. */
  pull(revision: number): Promise<void>;
  /** How this tab is called where what it made is named. */
  device(): Promise<string>;
  /** Brings a panel to the front of its group; the keyboard goes there with `focus` alone. */
  showPanel(panelId: string, options?: { readonly focus?: boolean }): void;
  /** Opens a file in a tab, or shows the tab that it has; the keyboard goes into its text. */
  openFile(path: string, at?: TextPosition): void;
  /** Opens a tab beside the files, or shows the one that has this id. It can be closed, and a reload forgets it. */
  openView(view: View): void;
  readonly openFiles: Accessor<readonly string[]>;
  /** The file in front, where the last file was touched. */
  readonly activeFile: Accessor<string | undefined>;
  /** Tabs of files at or below `from` go on with the same text at `to`: call it after a move or a new name. */
  followMove(from: string, to: string): void;
  /** Resolves when what was typed is in the files: what moves them would else move old text. */
  writeEdits(): Promise<void>;
  /** Shows a message in the corner; it is read aloud as well. */
  toast(toast: Toast): void;
  /** Resolves with what was answered; Escape is no. */
  confirm(question: Question): Promise<boolean>;
  readonly dark: Accessor<boolean>;
}

/**
 * One folder of the IDE. The workspace is drawn from what the features give it
 * (`workspace/features.ts`): without its line in that table a feature is not there,
 * and its folder can be deleted.
 */
export interface Feature {
  readonly id: string;
  /** Called once for an open project, under an owner: what it acquires, it cleans up there. */
  create(bench: Workbench): FeatureParts;
}

/** What a feature adds. All of it is optional. */
export interface FeatureParts {
  readonly panels?: readonly Panel[];
  readonly commands?: readonly Command[];
  /** A line of its own in the bar, before the buttons. */
  readonly status?: Component;
  /** In the bar at the bottom, before the place of the cursor. */
  readonly foot?: Component;
  /**
   * What is added to the text of the file with this path, while it is in an editor. Asked once for each editor and
   * path; the text is there before it is fulfilled, which may be never.
   */
  editing?(path: string): Promise<Extension>;
  /** Done with a file when somebody saves it by hand, before it goes to the server. Tells by itself what went wrong. */
  beforeSave?(path: string): Promise<void>;
  /** The page that the project serves; the first feature that has one is asked. */
  readonly preview?: PreviewParts;
  /** Ways to find something in the palette, each by the character that it begins with. */
  readonly finders?: readonly Finder[];
  /** False while the server does not answer. */
  readonly connected?: Accessor<boolean>;
}

/** One mode of the palette, such as `@` for the symbols of a file. */
export interface Finder {
  /** What is typed first; empty for the palette's own, the files. */
  readonly prefix: string;
  /** What can be typed, such as "Go to a symbol". */
  readonly label: string;
  /** What fits, the best first. Asked at every key; an answer that comes late is dropped. */
  find(query: string): readonly Found[] | Promise<readonly Found[]>;
}

/** One line of the palette. */
export interface Found {
  readonly id: string;
  readonly title: string;
  /** Which characters of the title were meant, to be marked. */
  readonly at?: readonly number[];
  /** More than the title says, such as the folder. */
  readonly hint?: string;
  readonly keys?: string | undefined;
  run(): void;
}

/** Where a panel stands until somebody moves it. */
export type PanelPlace = 'left' | 'center' | 'right' | 'bottom';

/** A page that belongs to a tab. */
export interface Panel {
  /** Also part of the ids of its elements: its body is `#panel-<id>`. */
  readonly id: string;
  readonly title: string;
  /** Made with the workspace, once; while it is hidden it is in the document without being displayed. */
  readonly component: Component;
  readonly where: PanelPlace;
  /** Lower comes first. */
  readonly order: number;
  /** Narrower than so many pixels it is of no use: its group is widened when it comes to the front. */
  readonly leastWidth?: number;
  /** Shows the panel and gives it the keyboard, such as `Mod-j`. */
  readonly keys?: string;
  /** A component of `lucide-solid/icons/…`. */
  readonly icon?: Component<{ size?: number }>;
  /** Made once, and never moved in the document: a frame in it would load anew. */
  readonly stays?: boolean;
}

/** Something that a person can have done. */
export interface Command {
  readonly id: string;
  readonly title: Accessor<string>;
  run(): void;
  /** Such as `Mod-s`: control, or command on a Mac, and a key. Several that do the same have a blank between them. */
  readonly keys?: string;
  /** The keys count in a terminal too, which otherwise has every key for its programs. */
  readonly everywhere?: boolean;
  /** The heading that it has in the palette and the sheet of shortcuts: "View", "Run". */
  readonly category?: string;
  /** False while there is nothing to do: not in the palette, and the keys do nothing. */
  readonly when?: Accessor<boolean>;
  readonly icon?: Component<{ size?: number }>;
  /** Absent for a command without a button. Lower `order` comes first. */
  readonly bar?: { readonly order: number; readonly primary?: boolean; readonly shown?: Accessor<boolean> };
}

/** Where the project's page is, and what stands there while it is nowhere. */
export interface PreviewParts {
  readonly url: Accessor<string | undefined>;
  /** All ports that the project's programs listen on, with the addresses of their previews. */
  readonly ports?: Accessor<readonly { readonly port: number; readonly url: string }[]>;
  readonly empty: Component;
}
