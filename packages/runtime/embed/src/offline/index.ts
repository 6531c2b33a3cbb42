/** For service workers: how a build is kept in a browser, so that its pages open while no server answers. */
export { serveOffline, type OfflineParts } from './serve-offline.ts';
