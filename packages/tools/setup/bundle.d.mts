/** Writes the bundles. */
export function bundlePrograms(): Promise<void>;
