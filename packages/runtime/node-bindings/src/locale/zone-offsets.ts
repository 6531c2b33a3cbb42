/** How long an offset is looked for in both directions of a moment; no zone changes twice in it. As V8's DateCache. */
const SPAN_MS = 19 * 86_400_000;
const DAY_MS = 86_400_000;
/** Stretches of time that are remembered; more are forgotten together. */
const MAX_STRETCHES = 64;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** Offsets of one time zone, in ms east of UTC, asked of ICU by what it prints. */
export class ZoneOffsets {
  /** An IANA name or an offset: what Intl takes. */
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  #stretches: Stretch[] = [];
  #last: Stretch = { from: 1, to: 0, offset: 0 };

  constructor(zone: string, DateTimeFormat: typeof Intl.DateTimeFormat) {
    this.zone = zone;
    this.#format = new DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
  }

  /** At a moment of UTC; NaN for none. */
  offsetAt(utcMs: number): number {
    if (Number.isNaN(utcMs)) return Number.NaN;
    if (utcMs >= this.#last.from && utcMs <= this.#last.to) return this.#last.offset;
    const known = this.#stretches.find(({ from, to }) => utcMs >= from && utcMs <= to);
    this.#last = known ?? this.#explore(utcMs);
    return this.#last.offset;
  }

  /**
   * The moment of a local time (ECMA-262, UTC(t)): of one that comes twice the first, and one that is left out is
   * read with the offset before the gap.
   */
  utcOf(localMs: number): number {
    if (Number.isNaN(localMs)) return Number.NaN;
    const before = this.offsetAt(localMs - DAY_MS);
    const first = localMs - before;
    if (this.offsetAt(first) === before) return first;
    const after = this.offsetAt(localMs + DAY_MS);
    const second = localMs - after;
    return this.offsetAt(second) === after ? second : first;
  }

  #explore(utcMs: number): Stretch {
    const offset = this.#ask(utcMs);
    const stretch = {
      from: this.#edge(utcMs, utcMs - SPAN_MS, offset),
      to: this.#edge(utcMs, utcMs + SPAN_MS, offset),
      offset,
    };
    if (this.#stretches.length >= MAX_STRETCHES) this.#stretches = [];
    this.#stretches.push(stretch);
    return stretch;
  }

  /** As far towards `end` as the offset stays, to the second. */
  #edge(start: number, end: number, offset: number): number {
    if (this.#ask(end) === offset) return end;
    let [same, other] = [start, end];
    while (Math.abs(other - same) > 1) {
      const middle = Math.trunc((same + other) / 2);
      if (this.#ask(middle) === offset) same = middle;
      else other = middle;
    }
    return same;
  }

  #ask(utcMs: number): number {
    // Beyond the last moment a Date can hold there is no other rule.
    const shown = this.#format.format(Math.max(-8.64e15, Math.min(8.64e15, utcMs)));
    const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] =
      /GMT(?:([+\u2212-])(\d+)(?::(\d+))?(?::(\d+))?)?$/.exec(shown) ?? [];
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return sign === '+' ? size : -size;
  }
}
