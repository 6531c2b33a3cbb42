/**
 * package.json files as lib's package_json_reader wants them.
 * Reference: BindingData::GetPackageJSON, src/node_modules.cc.
 *
 * A file is read again only when a name or its content has changed; the walk
 * up the tree is remembered as long as no name anywhere has changed.
 */
import type { Vfs } from '@slipway/vfs';

/** lib's SerializedPackageConfig: a tuple, as it crosses from C++ without a name for each field. */
export type PackageConfig = readonly [
  name: string | undefined,
  main: string | undefined,
  type: 'module' | 'commonjs' | 'none',
  imports: string | undefined,
  exports: string | undefined,
  filePath: string,
];

/** Becomes ERR_INVALID_PACKAGE_CONFIG, with the path. */
export class InvalidPackageConfig extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`Invalid package config ${path}.`);
    this.path = path;
  }
}

interface Entry {
  /** -1 where there is no such file; then `content` says nothing. */
  readonly ino: number;
  readonly content: number;
  readonly config: PackageConfig | undefined;
}

/** package.json files as they were first read. Reference: BindingData, Node src/node_modules.cc. */
export class PackageConfigs {
  readonly #fs: Vfs;
  readonly #decode: (bytes: Uint8Array) => string;
  readonly #files = new Map<string, Entry>();
  /** Folder -> path of its package.json; only paths, as the file itself may still change. */
  readonly #nearest = new Map<string, string | undefined>();
  /** The file system's count of changed names when the two maps were filled. */
  #names = -1;

  constructor(fs: Vfs, decode: (bytes: Uint8Array) => string) {
    this.#fs = fs;
    this.#decode = decode;
  }

  /** `undefined` when there is no such file. */
  read(path: string): PackageConfig | undefined {
    this.#checkNames();
    const known = this.#files.get(path);
    if (known !== undefined) {
      if (known.ino < 0 || this.#fs.contentGeneration(known.ino) === known.content) return known.config;
    }
    const ino = this.#fs.lookup(path, true);
    // The generation is taken first: a change in between makes the entry stale, not wrong.
    const content = ino < 0 ? 0 : this.#fs.contentGeneration(ino);
    const bytes = ino < 0 ? ino : this.#fs.readFile(path);
    const config = typeof bytes === 'number' ? undefined : parsePackageConfig(path, this.#decode(bytes));
    this.#files.set(path, { ino: typeof bytes === 'number' ? -1 : ino, content, config });
    return config;
  }

  /** The package.json that governs `path`: TraverseParent. */
  nearest(path: string): PackageConfig | undefined {
    this.#checkNames();
    const directory = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (this.#nearest.has(directory)) {
      const file = this.#nearest.get(directory);
      return file === undefined ? undefined : this.read(file);
    }
    let config: PackageConfig | undefined;
    for (let current = directory; ; current = current.slice(0, current.lastIndexOf('/'))) {
      // What lies in node_modules never belongs to the package around it.
      if (current.endsWith('/node_modules')) break;
      config = this.read(`${current}/package.json`);
      if (config !== undefined || current === '') break;
    }
    this.#nearest.set(directory, config?.[5]);
    return config;
  }

  #checkNames(): void {
    // Any name that comes or goes anywhere: coarse, but it costs one read,
    // and names rarely change while modules load.
    const names = this.#fs.namesGeneration();
    if (names === this.#names) return;
    this.#names = names;
    this.#files.clear();
    this.#nearest.clear();
  }
}

/** What lib reads of a package.json; throws ERR_INVALID_PACKAGE_CONFIG. */
export function parsePackageConfig(path: string, text: string): PackageConfig {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    // The only way a JSON text can be wrong; Node does not say where either.
    throw new InvalidPackageConfig(path);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new InvalidPackageConfig(path);
  const { name, main, type, imports, exports } = parsed as Record<string, unknown>;
  // A name or type of another kind is an error, a main of another kind is not.
  if ((name !== undefined && typeof name !== 'string') || (type !== undefined && typeof type !== 'string'))
    throw new InvalidPackageConfig(path);
  return [
    name as string | undefined,
    typeof main === 'string' ? main : undefined,
    type === 'module' || type === 'commonjs' ? type : 'none',
    targetText(imports),
    targetText(exports),
    path,
  ];
}

/** Objects and arrays travel as JSON, strings as they are; the rest counts as absent. */
function targetText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
}
