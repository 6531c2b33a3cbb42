/** Writes the bundles. */
export function bundlePrograms(): Promise<void>;
/** One program as one file, which lies inside of the repository. */
export function bundleProgram(entry: string, file: string): Promise<void>;
