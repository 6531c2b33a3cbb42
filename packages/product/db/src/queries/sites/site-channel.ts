/**
 * Every server that serves sites listens here; the payload is the id of a project whose site shows
 * something else now, or to others. Triggers notify: whoever changes a row by hand is heard too.
 */
export const SITE_CHANNEL = 'slipway_sites';
