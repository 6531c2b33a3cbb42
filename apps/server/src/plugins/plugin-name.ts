/** What plugins and entities may be called, in a route. The manifest's own check is narrower. */
export const PLUGIN_NAME_PATTERN = '[a-z][a-z0-9-]{0,23}';
