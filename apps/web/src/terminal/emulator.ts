import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ILink, Terminal } from '@xterm/xterm';
import { followTheme, readMatchColor, readTheme } from './emulator-theme.ts';
import { type FileLink, findFileLinks } from './file-links.ts';
import { actionOf } from './terminal-keys.ts';
import type { TerminalSource } from './terminal-source.ts';

/** Above the screen, for each terminal. xterm.js keeps 12 bytes for each cell: at 80 columns about 96 MB when full. */
export const SCROLLBACK_LINES = 100_000;
/** A hidden terminal has no size worth telling. */
const MIN_SHOWN_PX = 20;

/** `regex` is JavaScript's. */
export interface FindQuery {
  readonly text: string;
  readonly caseSensitive: boolean;
  readonly regex: boolean;
}

/** Where a search stands: `at` counts from 1, 0 where nothing is chosen. */
export interface FindResult {
  readonly at: number;
  readonly of: number;
}

/** `label` is the terminal's name for screen readers. */
export interface EmulatorOptions {
  readonly label: string;
  readonly screenReader?: boolean;
  readonly openUrl?: (url: string) => void;
  /** Present where files can be opened; `exists` is asked before a place is shown as a link. */
  readonly files?: { open(link: FileLink): void; exists(path: string): Promise<boolean> };
  readonly onFind?: () => void;
  /** The person wants out, by keyboard. */
  readonly onLeave?: () => void;
  readonly onFocus?: () => void;
  readonly onResult?: (result: FindResult | undefined) => void;
}

/** An xterm.js terminal that keeps its text while it is shown, hidden and shown elsewhere. */
export interface Emulator {
  /** Shows it in an element, which it fills; gives what takes it out again, its text being kept. */
  attach(host: HTMLElement): () => void;
  focus(): void;
  find(query: FindQuery, direction: 'next' | 'previous'): void;
  endFind(): void;
  setScreenReader(on: boolean): void;
  rename(label: string): void;
  dispose(): void;
}

/** Makes the emulator of a source; whoever makes it disposes of it. */
export function makeEmulator(source: TerminalSource, options: EmulatorOptions): Emulator {
  const terminal = new Terminal({
    theme: readTheme(),
    fontSize: 12.5,
    fontFamily: 'ui-monospace, "JetBrains Mono", Menlo, "Liberation Mono", monospace',
    disableStdin: source.type === undefined,
    scrollback: SCROLLBACK_LINES,
    // WCAG AA for text, whatever colours a program chooses.
    minimumContrastRatio: 4.5,
    screenReaderMode: options.screenReader ?? false,
    // Graphemes and marked matches are "proposed" there.
    allowProposedApi: true,
    linkHandler: { activate: (_event, url) => openSafely(url, options.openUrl) },
  });
  const element = document.createElement('div');
  element.className = 'terminal-screen';
  const fit = new FitAddon();
  const search = new SearchAddon({ highlightLimit: 2_000 });
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.loadAddon(new WebLinksAddon((_event, url) => openSafely(url, options.openUrl)));
  if (options.files !== undefined) linkFiles(terminal, options.files);
  listenForKeys(terminal, options);
  search.onDidChangeResults(({ resultIndex, resultCount }) =>
    options.onResult?.({ at: resultIndex + 1, of: resultCount }),
  );
  // A slow screen slows its program: what is written counts as read when it has been parsed.
  const stopOutput = source.onOutput((text) => new Promise<void>((resolve) => terminal.write(text, resolve)));
  if (source.type !== undefined) terminal.onData((text) => source.type?.(text));
  terminal.onResize(({ cols, rows }) => source.resize(cols, rows));
  const stopTheme = followTheme(() => (terminal.options.theme = readTheme()));
  const refit = (): void => {
    if (element.clientHeight > MIN_SHOWN_PX && element.clientWidth > MIN_SHOWN_PX) fit.fit();
  };
  const observer = new ResizeObserver(refit);
  let opened = false;
  const rename = (label: string): void => terminal.textarea?.setAttribute('aria-label', label);

  return {
    attach(host) {
      host.append(element);
      if (!opened) {
        opened = true;
        // Only now: it measures its letters in the document.
        terminal.open(element);
        rename(options.label);
        terminal.textarea?.addEventListener('focus', () => options.onFocus?.());
        observer.observe(element);
        refit();
        source.resize(terminal.cols, terminal.rows);
      }
      return () => {
        if (element.parentElement === host) element.remove();
      };
    },
    focus: () => terminal.focus(),
    find(query, direction) {
      const how = { ...query, decorations: decorations(), incremental: false };
      if (query.text === '') return this.endFind();
      try {
        if (direction === 'next') search.findNext(query.text, how);
        else search.findPrevious(query.text, how);
      } catch (error) {
        // An expression that is still being typed.
        if (!(error instanceof SyntaxError)) throw error;
        options.onResult?.({ at: 0, of: 0 });
      }
    },
    endFind() {
      search.clearDecorations();
      terminal.clearSelection();
      options.onResult?.(undefined);
    },
    setScreenReader: (on) => void (terminal.options.screenReaderMode = on),
    rename,
    dispose() {
      stopOutput();
      stopTheme();
      observer.disconnect();
      terminal.dispose();
      element.remove();
    },
  };
}

/** Backgrounds have to be `#RRGGBB`; the two colours of the ruler are those that the add-on cannot do without. */
function decorations() {
  const color = readMatchColor();
  return {
    matchBackground: color,
    activeMatchBackground: color,
    activeMatchBorder: readTheme().cursor ?? color,
    matchOverviewRuler: color,
    activeMatchColorOverviewRuler: color,
  };
}

/** Programs print what they like: only web addresses are opened, in a page that knows nothing of this one. */
function openSafely(url: string, openUrl: EmulatorOptions['openUrl']): void {
  if (/^https?:\/\//i.test(url)) openUrl?.(url);
}

/** Called for keydown, keypress and keyup alike; false keeps the key from xterm.js, and so from the program. */
function listenForKeys(terminal: Terminal, { onFind, onLeave }: EmulatorOptions): void {
  const isMac = navigator.platform.startsWith('Mac');
  terminal.attachCustomKeyEventHandler((event) => {
    const action = actionOf(event, isMac, terminal.hasSelection());
    if (action === undefined) return true;
    // The workbench hears of keys after the terminal: these are the terminal's.
    event.stopPropagation();
    if (action === 'browser' || event.type !== 'keydown') {
      // The copy comes after the key; then the next Control-C is an interrupt again.
      if (action === 'browser' && event.type === 'keydown' && event.key.toLowerCase() === 'c')
        setTimeout(() => terminal.clearSelection(), 0);
      return false;
    }
    event.preventDefault();
    if (action === 'copy')
      navigator.clipboard
        .writeText(terminal.getSelection())
        .catch((error: unknown) => console.warn('Cannot copy the selection:', error));
    else if (action === 'find') onFind?.();
    else if (action === 'leave') onLeave?.();
    else if (action === 'start') terminal.scrollToTop();
    else terminal.scrollToBottom();
    return false;
  });
}

/** Places of files become links, where the file exists. */
function linkFiles(terminal: Terminal, files: NonNullable<EmulatorOptions['files']>): void {
  terminal.registerLinkProvider({
    provideLinks(row, callback) {
      const text = terminal.buffer.active.getLine(row - 1)?.translateToString(true) ?? '';
      const found = findFileLinks(text).map(async (link): Promise<ILink | undefined> => {
        if (!(await files.exists(link.path))) return undefined;
        return {
          text: text.slice(link.start, link.end),
          range: { start: { x: link.start + 1, y: row }, end: { x: link.end, y: row } },
          activate: () => files.open(link),
        };
      });
      Promise.all(found).then(
        (links) => callback(links.filter((link) => link !== undefined)),
        (error: unknown) => {
          console.warn('Cannot look for files in the terminal:', error);
          callback(undefined);
        },
      );
    },
  });
}
