import { type AnyFunction, classLike, replaceMethod } from './stand-in.ts';

/** What stands in for the browser's language and zone where a program names none; a zone of undefined is left alone. */
export interface IntlDefaults {
  readonly locale: string;
  readonly zone: string | undefined;
}

const CLASSES = [
  'Collator',
  'DateTimeFormat',
  'DisplayNames',
  'DurationFormat',
  'ListFormat',
  'NumberFormat',
  'PluralRules',
  'RelativeTimeFormat',
  'Segmenter',
] as const;

/**
 * Methods that take languages, with the place of that argument. V8's toLocaleUpperCase and -LowerCase know no
 * default.
 */
const METHODS: readonly (readonly [holder: object, name: string, at: number])[] = [
  [Number.prototype, 'toLocaleString', 0],
  [BigInt.prototype, 'toLocaleString', 0],
  [String.prototype, 'localeCompare', 1],
];
const DATE_METHODS = ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'] as const;

/**
 * Intl's defaults (ECMA-402, DefaultLocale and SystemTimeZoneIdentifier), for an engine whose own are the browser's.
 * Gives the functions that stand in for the engine's.
 */
export function installIntlDefaults(defaults: () => IntlDefaults): readonly unknown[] {
  const made: unknown[] = [];
  const intl = Intl as unknown as Record<string, object | undefined>;
  for (const name of CLASSES) {
    const original = intl[name];
    if (original === undefined) continue;
    const standIn = classLike(original, (args, newTarget) => {
      const given = withDefaults(args, 0, name === 'DateTimeFormat', defaults());
      // Three of them are functions as well; the others refuse by themselves.
      return newTarget === undefined
        ? Reflect.apply(original as unknown as AnyFunction, undefined, given)
        : Reflect.construct(original as unknown as Function, given, newTarget);
    });
    Object.defineProperty(Intl, name, { value: standIn, writable: true, configurable: true });
    made.push(standIn);
  }
  for (const [holder, name, at] of METHODS)
    made.push(
      replaceMethod(
        holder,
        name,
        (original) => (self, args) => Reflect.apply(original, self, withDefaults(args, at, false, defaults())),
      ),
    );
  for (const name of DATE_METHODS)
    made.push(
      replaceMethod(
        Date.prototype,
        name,
        (original) => (self, args) => Reflect.apply(original, self, withDefaults(args, 0, true, defaults())),
      ),
    );
  return made;
}

/**
 * The arguments, with language and zone where they are missing. Options are not copied: their getters are called as
 * ever.
 */
function withDefaults(
  args: readonly unknown[],
  at: number,
  withZone: boolean,
  { locale, zone }: IntlDefaults,
): unknown[] {
  const given = [...args];
  const locales = given[at];
  if (locales === undefined || (Array.isArray(locales) && locales.length === 0)) given[at] = locale;
  const options = given[at + 1];
  if (!withZone || zone === undefined || options === null) return given;
  if (options === undefined) given[at + 1] = { __proto__: null, timeZone: zone };
  else if ((options as { timeZone?: unknown }).timeZone === undefined)
    given[at + 1] = Object.create(Object(options) as object, { timeZone: { value: zone, enumerable: true } });
  return given;
}
