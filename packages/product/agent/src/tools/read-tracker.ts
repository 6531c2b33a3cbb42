/**
 * What this controller has seen and changed (AG-12). A new controller begins with an empty one, so that after a
 * takeover nothing is edited that was not read again. The version is a digest of the bytes: who edits names it, and the
 * holder refuses where the file is another one by now.
 */
export class ReadTracker {
  readonly #versions = new Map<string, string>();
  readonly #touched = new Set<string>();

  read(path: string, version: string): void {
    this.#versions.set(path, version);
  }

  wrote(path: string, version: string): void {
    this.#versions.set(path, version);
    this.#touched.add(path);
  }

  /** At which version it was last seen; undefined: never, by this controller. */
  versionOf(path: string): string | undefined {
    return this.#versions.get(path);
  }

  /** Every file that was changed, in order. */
  touched(): string[] {
    return [...this.#touched];
  }
}
