import { type Db, forgetSealedValue, listSealedValues, placeOf, replaceSealedValue, sealedColumns } from '@slipway/db';
import { isSealed, SealedValueError, type SecretBox } from '@slipway/secrets';

/** Rows read at a time, by the key of their table: nothing is held open between two pages. */
const PAGE_SIZE = 500;

/** Counted over every sealed column of the database. */
export interface ResealCount {
  /** Sealed with the first key. */
  current: number;
  /** Of an older key, or in clear; after `rotate` they are current. */
  outdated: number;
  /** Places of values that no key here opens. */
  lost: string[];
}

/**
 * Goes through every sealed value. `rotate` seals anew what an older key has sealed, or nobody; `forget` removes what
 * no key here opens. May be cut off and run again at any time, beside running servers.
 */
export async function resealAll(db: Db, box: SecretBox, how: 'check' | 'rotate' | 'forget'): Promise<ResealCount> {
  const count: ResealCount = { current: 0, outdated: 0, lost: [] };
  for (const column of Object.values(sealedColumns)) {
    let after = '';
    for (;;) {
      const rows = await listSealedValues(db, column, after, PAGE_SIZE);
      for (const { key, value } of rows) {
        after = key;
        const place = placeOf(column, key);
        const opened = tryOpen(box, value, place);
        if (opened.outcome === 'lost') {
          count.lost.push(place);
          if (how === 'forget') await forgetSealedValue(db, column, { key, was: value });
        } else if (isSealed(value) && !box.isOutdated(value)) {
          count.current++;
        } else {
          count.outdated++;
          if (how !== 'rotate') continue;
          await replaceSealedValue(db, column, { key, was: value, becomes: box.seal(opened.text, place) });
        }
      }
      if (rows.length < PAGE_SIZE) break;
    }
  }
  return count;
}

/** A value that bears no mark of a seal is from before there were keys, and stands in clear. */
function tryOpen(
  box: SecretBox,
  value: string,
  place: string,
): { outcome: 'open'; text: string } | { outcome: 'lost' } {
  if (!isSealed(value)) return { outcome: 'open', text: value };
  try {
    return { outcome: 'open', text: box.open(value, place) };
  } catch (error) {
    if (!(error instanceof SealedValueError)) throw error;
    return { outcome: 'lost' };
  }
}
