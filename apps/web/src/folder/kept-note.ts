import { MAX_NOTE } from '@slipway/wire';
import * as z from 'zod';

/**
 * What a tab writes down beside the folder that outlives it, true of the files as they are at that moment. The folder
 * may be ahead of `base`, never behind: what it has beyond is an edit that is not saved yet.
 */
const keptNote = z.object({
  /** The snapshot that the folder goes on from; null before the first. */
  base: z.object({ snapshotId: z.string(), commit: z.string().nullable() }).nullable(),
  /** A digest of what the last install that ended with 0 has left; null while or where none has. */
  installed: z.string().nullable(),
});
/** Written by an earlier tab of this browser, maybe by an older build of the IDE: read it with `parseNote`. */
export type KeptNote = z.infer<typeof keptNote>;

/** `undefined` for what is no note: then nothing is known of the folder but its files. */
export function parseNote(text: string | undefined): KeptNote | undefined {
  if (text === undefined || text.length > MAX_NOTE) return undefined;
  try {
    const parsed = keptNote.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
