import type { SaveBody, SaveChange } from '@slipway/contracts';

/** A change with the bytes that it sends, if it sends any. */
export type SentChange = SaveChange & { bytes?: Uint8Array<ArrayBuffer> };

/** The body of a save as parts of a request: a line of JSON, then the bytes of its changes. */
export function encodeSave(save: Omit<SaveBody, 'changes'>, changes: readonly SentChange[]): Uint8Array<ArrayBuffer>[] {
  const line = JSON.stringify({
    ...save,
    changes: changes.map(withoutBytes),
  } satisfies SaveBody);
  return [new TextEncoder().encode(`${line}\n`), ...changes.flatMap(({ bytes }) => (bytes ? [bytes] : []))];
}

function withoutBytes(change: SentChange): SaveChange {
  const line = { ...change };
  delete line.bytes;
  return line;
}
