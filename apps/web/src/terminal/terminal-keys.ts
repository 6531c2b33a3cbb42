/** What a key does in a terminal when it is not the program's. */
export type TerminalAction =
  /** The browser's own: its copy and paste events are what xterm.js listens to. */
  | 'browser'
  | 'copy'
  | 'find'
  /** The keyboard goes to the strip of terminals: a terminal takes Tab for itself. */
  | 'leave'
  | 'start'
  | 'end';

/** The part of a KeyboardEvent that counts, so that a test can write one down. */
export interface TerminalKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/**
 * Undefined: the key is the program's. Copy and paste are those of the platform:
 * Control-C copies where something is selected and interrupts the program where
 * nothing is; on a Mac, Command copies and pastes and Control is always the program's.
 */
export function actionOf(event: TerminalKey, isMac: boolean, hasSelection: boolean): TerminalAction | undefined {
  const mod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!mod || event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.shiftKey) {
    const shifted = { f: 'find', ArrowUp: 'leave', Home: 'start', End: 'end', v: 'browser' } as const;
    // Control-Shift-C inspects an element in some browsers: it is copied here, before they hear of it.
    return key === 'c' ? 'copy' : shifted[key as keyof typeof shifted];
  }
  if (key === 'v') return 'browser';
  if (key === 'c') return hasSelection || isMac ? 'browser' : undefined;
  return isMac && key === 'f' ? 'find' : undefined;
}
