/** Put in by `build.ts`: built files by entry name, as paths relative to the folder that is served. */
declare const SLIPWAY_ASSETS: Readonly<Record<string, string>>;
