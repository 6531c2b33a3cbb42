import type { ZoneOffsets } from './zone-offsets.ts';

/** ECMA-262, 21.4.1.32: a date alone is of UTC. */
const DATE_ALONE = /^(?:\d{4}|[+-]\d{6})(?:-\d\d(?:-\d\d)?)?$/;
const ISO_TIME = /^(?:\d{4}|[+-]\d{6})(?:-\d\d(?:-\d\d)?)?[Tt]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?$/;
/** Zones that V8's other, more generous parser knows; what stands in brackets is none. */
const ZONE_WORD = /(?:^|[^A-Za-z])(?:Z|UTC?|GMT|[ECMP][SD]T)(?![A-Za-z])/i;
const ZONE_OFFSET = /\d:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M)?\s*[+-]\d/i;

/** Date.parse where a text without a zone is of this one. The engine parses it as UTC, and it is moved. */
export function parseLocal(text: string, parse: (text: string) => number, offsets: ZoneOffsets): number {
  const trimmed = text.trim();
  if (DATE_ALONE.test(trimmed)) return parse(text);
  if (ISO_TIME.test(trimmed)) return offsets.utcOf(parse(`${trimmed}Z`));
  const plain = trimmed.replace(/\([^()]*\)/g, ' ');
  if (ZONE_WORD.test(plain) || ZONE_OFFSET.test(plain)) return parse(text);
  return offsets.utcOf(parse(`${text} UTC`));
}
