import { localeOf, zoneOf } from './environment-names.ts';
import { installIntlDefaults } from './intl-defaults.ts';
import { installLocalDate } from './local-date.ts';
import { ZoneOffsets } from './zone-offsets.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Used where TZ names no zone. */
export interface BrowserDefaults {
  readonly locale: string;
  readonly zone: string;
}

/** Asked before a process starts: the first question to Intl loads its data. */
export function browserDefaults(): BrowserDefaults {
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { locale, zone: timeZone };
}

/** What follows TZ while the process runs. */
export interface ProcessLocale {
  /** process.env.TZ was set or deleted (node_env_var.cc, DateTimeConfigurationChangeNotification). */
  timeZoneChanged(env: Environment): void;
}

/**
 * Gives Date and Intl the zone and language of the process's environment. Where those are the browser's already,
 * nothing is replaced. `markNative` makes what was replaced look like the engine's own.
 */
export function installProcessLocale(
  env: Environment,
  browser: BrowserDefaults,
  markNative: (functions: readonly unknown[]) => void,
): ProcessLocale {
  const { DateTimeFormat, NumberFormat } = Intl;
  const locale = localeOf(env, NumberFormat);
  let zone: string | undefined;
  let offsets: ZoneOffsets | undefined;
  let isInstalled = false;
  const follow = (now: Environment): void => {
    zone = zoneOf(now, DateTimeFormat);
    offsets = undefined;
    const isBrowsers = (zone === undefined || zone === browser.zone) && locale === browser.locale;
    if (isInstalled || isBrowsers) return;
    isInstalled = true;
    markNative([
      ...installIntlDefaults(() => ({ locale, zone })),
      // The name of a zone in a date's text is in the default language.
      ...installLocalDate(globalThis, () => ({
        offsets: (offsets ??= new ZoneOffsets(zone ?? browser.zone, DateTimeFormat)),
        locale,
      })),
    ]);
  };
  follow(env);
  return { timeZoneChanged: follow };
}
