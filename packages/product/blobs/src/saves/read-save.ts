import { saveBody, type SaveBody, type SaveChange } from '@slipway/contracts';

/** A save as it came, with the bytes of each change that has some. */
export interface ReadSave extends Omit<SaveBody, 'changes'> {
  changes: readonly (SaveChange & { bytes?: Uint8Array<ArrayBuffer> })[];
}

/** What came, or why it is no save: a list of fields for the answer. */
export type ReadSaveResult =
  | { outcome: 'read'; save: ReadSave }
  | { outcome: 'malformed'; message: string; details?: { field: string; message: string }[] };

const NEWLINE = 0x0a;
/** A body of wrong changes must not make an answer as large as itself. */
const DETAIL_LIMIT = 100;

/** Reads the body of a save: a line of JSON, then the bytes of its changes. */
export function readSave(body: Uint8Array<ArrayBuffer>): ReadSaveResult {
  const end = body.indexOf(NEWLINE);
  if (end < 0) return { outcome: 'malformed', message: 'The body has no line of JSON' };
  const parsed = saveBody.safeParse(parseLine(body.subarray(0, end)));
  if (!parsed.success) {
    const details = parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
    return { outcome: 'malformed', message: 'Invalid input', details: details.slice(0, DETAIL_LIMIT) };
  }
  let at = end + 1;
  const changes = parsed.data.changes.map((change) => {
    const length = lengthOf(change);
    if (length === undefined) return change;
    at += length;
    return { ...change, bytes: body.subarray(at - length, at) };
  });
  if (at !== body.length)
    return { outcome: 'malformed', message: `The changes name ${at - end - 1} bytes, ${body.length - end - 1} came` };
  return { outcome: 'read', save: { ...parsed.data, changes } };
}

/** Undefined where it is no JSON, which no schema takes. */
function parseLine(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** How many bytes of the body are a change's; undefined where none can be. */
function lengthOf(change: SaveChange): number | undefined {
  if (change.kind !== 'file' || change.content.as === 'known') return undefined;
  return change.content.as === 'whole' ? change.size : change.content.length;
}
