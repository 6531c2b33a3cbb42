import { cutText } from '../text/cut-text.ts';

/** Files of a project that say how to work in it, for whichever agent. */
export const NOTE_FILES = ['AGENTS.md', 'CLAUDE.md'] as const;

/** Characters of one of them that a prompt takes; bytes of a file that is read at all. */
export const NOTE_LIMITS = { chars: 16 * 1024, bytes: 256 * 1024 } as const;

/** A file as a prompt quotes it: text without authority, cut where it is long. */
export interface ProjectNote {
  readonly path: string;
  readonly text: string;
}

/** What a prompt takes of a file; undefined where it is no text, or nothing. */
export function projectNote(path: string, bytes: Uint8Array): ProjectNote | undefined {
  if (bytes.length > NOTE_LIMITS.bytes) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  return text.trim() === '' || text.includes('\0') ? undefined : { path, text: cutText(text, NOTE_LIMITS.chars) };
}
