import { timeParts } from './time.ts';

// In ms. Months and years have no length and are counted on the calendar.
const RELATIVE_MS: Readonly<Record<string, number>> = {
  sec: 1e3,
  second: 1e3,
  min: 6e4,
  minute: 6e4,
  hour: 3.6e6,
  day: 8.64e7,
  week: 6.048e8,
  fortnight: 1.2096e9,
};

const UNITS = [...Object.keys(RELATIVE_MS), 'month', 'year'].join('|');
// A word that names a day, a count of units before or after, or (last group) what nobody understands.
const RELATIVE = new RegExp(
  `(now|today|tomorrow|yesterday)|([+-]?\\s*\\d+|next|last)?\\s*(${UNITS})s?(\\s+ago)?|(\\S+)`,
  'g',
);

/**
 * The dates of `date -d` that scripts use: `@seconds`, ISO and RFC dates,
 * `now`, `yesterday`, `3 days ago`, also one after another (`2024-01-31
 * +1 day`). Ms since 1970, `undefined` for what is none of them.
 */
export function parseDate(text: string, now: number, zone: string | undefined): number | undefined {
  const trimmed = text.trim();
  const epoch = /^@(-?\d+(?:\.\d+)?)$/.exec(trimmed);
  if (epoch?.[1] !== undefined) return Number(epoch[1]) * 1000;
  if (trimmed === '' || trimmed === 'today') return midnight(now, zone);
  let ms = now;
  let rest = trimmed.toLowerCase();
  const absolute =
    /^\d{4}-\d{2}-\d{2}(?:[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})?/.exec(rest)?.[0];
  if (absolute !== undefined) {
    const value = parseIso(absolute.trim(), zone);
    if (value === undefined) return undefined;
    ms = value;
    rest = rest.slice(absolute.length).trim();
  } else if (/[a-z]{3}.*\d{4}/.test(rest) || /^\d{1,2}\/\d{1,2}\/\d{4}/.test(rest)) {
    // RFC 2822 and the like: what the engine reads.
    const value = Date.parse(trimmed);
    return Number.isNaN(value) ? undefined : value;
  }
  for (const word of rest.matchAll(RELATIVE)) {
    const [, name, countText, unit, ago, other] = word;
    if (other !== undefined) return undefined;
    if (name !== undefined) {
      ms += name === 'tomorrow' ? 8.64e7 : name === 'yesterday' ? -8.64e7 : 0;
      continue;
    }
    const count =
      (countText === 'next' || countText === undefined
        ? 1
        : countText === 'last'
          ? -1
          : Number(countText.replaceAll(' ', ''))) * (ago === undefined ? 1 : -1);
    if (unit === 'month' || unit === 'year') {
      const date = new Date(ms);
      if (unit === 'month') date.setUTCMonth(date.getUTCMonth() + count);
      else date.setUTCFullYear(date.getUTCFullYear() + count);
      ms = date.getTime();
    } else ms += count * (RELATIVE_MS[unit ?? ''] ?? 0);
  }
  return ms;
}

/** Undefined where the text only begins like such a date. */
function parseIso(text: string, zone: string | undefined): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?\s*(.*)$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  const wall =
    Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour ?? 0),
      Number(minute ?? 0),
      Number(second ?? 0),
    ) + (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000);
  // A time of the wall clock. Its offset is that of the time taken as
  // UTC, which is wrong only within hours of a change of the clock.
  if (offset === undefined || offset === '') return wall - timeParts(wall, zone).offset * 60_000;
  if (/^[zug]/.test(offset)) return wall;
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(offset);
  if (parts === null) return undefined;
  return wall - (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) * 60_000;
}

/** By the offset of now: on the day of a change of the clock it is an hour off. */
function midnight(now: number, zone: string | undefined): number {
  const { hour, minute, second } = timeParts(now, zone);
  return Math.floor(now / 1000) * 1000 - ((hour * 60 + minute) * 60 + second) * 1000;
}
