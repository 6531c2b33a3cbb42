/**
 * The on-disk compile cache of `NODE_COMPILE_CACHE` and `module.enableCompileCache`.
 *
 * V8's code cache is out of a page's reach; what is kept in its place is the
 * other work that is done before a text can be compiled: its transformation
 * plan, and the JavaScript made of TypeScript. Layout of a file, the debug
 * lines and when an entry counts as stale: src/compile_cache.cc.
 */

/** CachedCodeType, in its order: the number is part of a cache file's name. */
export const CODE_TYPES = [
  'CommonJS',
  'ESM',
  'StrippedTypeScript',
  'TransformedTypeScript',
  'TransformedTypeScriptWithSourceMaps',
] as const;
/** The number in lib and in the files is the place in `CODE_TYPES`. */
export type CodeType = (typeof CODE_TYPES)[number];

/** kCacheMagicNumber of src/compile_cache.cc; then code size, cache size, code hash, cache hash, 32 bits each. */
const MAGIC = 0x8adfdbb2;
const HEADER_WORDS = 5;
const HEADER_BYTES = HEADER_WORDS * 4;
/** mkstemp(3) makes files for their owner alone. */
const TEMPORARY_MODE = 0o600;

/** What the cache needs of its process. Paths are absolute; a negative number is an errno. */
export interface CompileCacheHost {
  exists(path: string): boolean;
  readFile(path: string): Uint8Array | number;
  writeFile(path: string, bytes: Uint8Array, mode: number): number;
  rename(from: string, to: string): number;
  crc32(bytes: Uint8Array): number;
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
  /** The C library's words for an errno. */
  errorText(errno: number): string;
  /** `file:` URL or path -> path relative to the cache's folder; only asked in a portable cache. */
  relative(file: string): string | undefined;
  /** A line of `NODE_DEBUG_NATIVE=COMPILE_CACHE`; `undefined` where it is not set. */
  readonly debug: ((text: string) => void) | undefined;
}

/** What is kept for one text; `value` is there when a file of the cache fits it. */
export class CompileCacheEntry {
  readonly type: CodeType;
  readonly file: string;
  readonly path: string;
  /** Bytes of the source in UTF-8 and their CRC-32: a file of the cache counts only if both agree. */
  readonly codeSize: number;
  readonly codeHash: number;
  /** The plan or the JavaScript; `undefined` while nothing is known. */
  value: string | undefined;
  /** Changed since it was read: `persist` writes these alone. */
  isRefreshed = false;
  isPersisted = false;

  constructor(type: CodeType, file: string, path: string, codeSize: number, codeHash: number) {
    this.type = type;
    this.file = file;
    this.path = path;
    this.codeSize = codeSize;
    this.codeHash = codeHash;
  }
}

/** The program's own compile cache. Reference: CompileCacheHandler, Node src/compile_cache.cc. */
export class CompileCache {
  /** With the tag of this runtime: what `module.getCompileCacheDir()` answers. */
  readonly directory: string;
  readonly #host: CompileCacheHost;
  readonly #entries = new Map<string, CompileCacheEntry>();
  /** Texts whose plan is "nothing to do": not looked up while the program loads, only written at its end. */
  readonly #untouched: { readonly source: string; readonly file: string; readonly value: string }[] = [];

  constructor(directory: string, host: CompileCacheHost) {
    this.directory = directory;
    this.#host = host;
  }

  /** Somebody reads the debug lines, which tell of every look into the cache. */
  get isWatched(): boolean {
    return this.#host.debug !== undefined;
  }

  /**
   * A compiled CommonJS text for which there was nothing to look up: `value` follows from
   * a first glance. It is written where no file stands for it.
   */
  leaveUntouched(source: string, file: string, value: string): void {
    this.#untouched.push({ source, file, value });
  }

  /** GetCacheKey: the CRC-32 of the type and the name, so one file has an entry for each way of being compiled. */
  #cacheName(file: string, type: CodeType): string {
    const { crc32, encode, debug, relative } = this.#host;
    const relativeName = relative(file);
    if (relativeName !== undefined)
      debug?.(`[compile cache] using relative path ${relativeName} from ${this.directory}\n`);
    const name = encode(relativeName ?? file);
    const key = new Uint8Array(name.length + 1);
    key[0] = CODE_TYPES.indexOf(type);
    key.set(name, 1);
    return crc32(key).toString(16).padStart(8, '0');
  }

  /** CompileCacheHandler::GetOrInsert: the entry for this text, read from its file where one fits. */
  entry(source: string, file: string, type: CodeType): CompileCacheEntry {
    const { crc32, encode } = this.#host;
    const cacheName = this.#cacheName(file, type);
    const code = encode(source);
    const hash = crc32(code);
    const known = this.#entries.get(cacheName);
    // The same text under the same name: the entry of this process, perhaps newer than the file.
    if (known !== undefined && known.codeHash === hash) return known;
    const entry = new CompileCacheEntry(type, file, `${this.directory}/${cacheName}`, code.length, hash);
    this.#entries.set(cacheName, entry);
    this.#read(entry);
    return entry;
  }

  /** CompileCacheHandler::MaybeSave for a text that was compiled; `value` is made only where it is to be kept. */
  compiled(entry: CompileCacheEntry, rejected: boolean, value: () => string): void {
    // The words of V8's report, which tools read.
    const state = rejected ? 'rejected' : entry.value === undefined ? 'not initialized' : 'accepted';
    const line = `[compile cache] V8 code cache for ${entry.type} ${entry.file} was ${state}, `;
    if (state === 'accepted') {
      this.#host.debug?.(`${line}keeping the in-memory entry\n`);
      return;
    }
    this.#host.debug?.(`${line}${entry.value === undefined ? 'initializing' : 'refreshing'} the in-memory entry\n`);
    this.#keep(entry, value());
  }

  /** CompileCacheHandler::MaybeSave for JavaScript made of TypeScript. */
  transpiled(entry: CompileCacheEntry, value: string): void {
    this.#host.debug?.(`[compile cache] saving transpilation cache for ${entry.type} ${entry.file}\n`);
    this.#keep(entry, value);
  }

  /** GetCompileCacheEntry of node_modules.cc: what TypeScript became, if it is known. */
  transpilation(entry: CompileCacheEntry): string | undefined {
    if (entry.value === undefined)
      this.#host.debug?.(`[compile cache] no transpile cache for ${entry.type} ${entry.file}\n`);
    else this.#host.debug?.(`[compile cache] retrieving transpile cache for ${entry.type} ${entry.file}...success\n`);
    return entry.value;
  }

  /** CompileCacheHandler::Persist: each file is written under another name first. */
  persist(): void {
    for (const { source, file, value } of this.#untouched.splice(0)) {
      // A process before has written one, and this process knows nothing better: it did not run the text.
      if (this.#host.exists(`${this.directory}/${this.#cacheName(file, 'CommonJS')}`)) continue;
      this.compiled(this.entry(source, file, 'CommonJS'), false, () => value);
    }
    for (const entry of this.#entries.values()) this.#persistEntry(entry);
    this.#host.debug?.('[compile cache] Clear deserialized cache.\n');
    this.#entries.clear();
  }

  /** module.flushCompileCache(): writes now, and goes on caching; the entries are read again when they are needed. */
  flush(): void {
    this.persist();
    this.#host.debug?.('[compile cache] module.flushCompileCache() finished.\n');
  }

  #keep(entry: CompileCacheEntry, value: string): void {
    entry.value = value;
    entry.isRefreshed = true;
  }

  /**
   * CompileCacheHandler::ReadCacheFile: sets `value` where the file is whole and belongs to this text; else says
   * why not.
   */
  #read(entry: CompileCacheEntry): void {
    const { readFile, debug, errorText, decode } = this.#host;
    const say = (text: string): void =>
      debug?.(`[compile cache] reading cache from ${entry.path} for ${entry.type} ${entry.file}...${text}\n`);
    const bytes = readFile(entry.path);
    if (typeof bytes === 'number') return say(` ${errorText(bytes)}`);
    if (bytes.length < HEADER_BYTES) return say(`reading header failed, bytes read ${bytes.length}`);
    const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
    const words = Array.from({ length: HEADER_WORDS }, (_, word) => header.getUint32(word * 4, true));
    const value = bytes.subarray(HEADER_BYTES);
    const mismatch = this.#mismatch(words, entry, value);
    if (mismatch !== undefined) return say(`[${words.join(' ')}]...${mismatch}`);
    entry.value = decode(value);
    say(`[${words.join(' ')}]... success, size=${value.length}`);
  }

  #mismatch(words: readonly number[], entry: CompileCacheEntry, value: Uint8Array): string | undefined {
    // Lazily, one after the other: the hash of a large file is taken only when all else agrees.
    const checks: readonly [what: string, expected: number, actual: () => number][] = [
      ['magic number', MAGIC, () => words[0]!],
      ['code size', entry.codeSize, () => words[1]!],
      ['code hash', entry.codeHash, () => words[3]!],
      ['cache size', words[2]!, () => value.length],
      ['cache hash', words[4]!, () => this.#host.crc32(value)],
    ];
    for (const [what, expected, read] of checks) {
      const actual = read();
      if (actual !== expected) return `${what} mismatch: expected ${expected}, actual ${actual}`;
    }
    return undefined;
  }

  #persistEntry(entry: CompileCacheEntry): void {
    const { debug, encode, crc32, errorText } = this.#host;
    const { type, file, path } = entry;
    const skip = (why: string): void => debug?.(`[compile cache] skip persisting ${type} ${file} because ${why}\n`);
    if (entry.value === undefined) return skip('the cache was not initialized');
    if (!entry.isRefreshed) return skip('cache was the same');
    if (entry.isPersisted) return skip('cache was already persisted');
    const value = encode(entry.value);
    const words = [MAGIC, entry.codeSize, value.length, entry.codeHash, crc32(value)];
    const bytes = new Uint8Array(HEADER_BYTES + value.length);
    const header = new DataView(bytes.buffer);
    words.forEach((word, at) => header.setUint32(at * 4, word, true));
    bytes.set(value, HEADER_BYTES);
    // Two processes may write the same entry: each its own file, and the last rename wins with a whole one.
    const temporary = `${path}.${Math.random().toString(36).slice(2, 8).padEnd(6, '0')}`;
    debug?.(`[compile cache] Creating temporary file for cache of ${file} (${type})... -> ${temporary}\n`);
    const written = this.#host.writeFile(temporary, bytes, TEMPORARY_MODE);
    debug?.(
      `[compile cache] writing cache for ${type} ${file} to temporary file ${temporary} [${words.join(' ')}]...` +
        `${written < 0 ? `failed: ${errorText(written)}` : 'success'}\n`,
    );
    if (written < 0) return;
    const renamed = this.#host.rename(temporary, path);
    debug?.(
      `[compile cache] Renaming ${temporary} to ${path}...` +
        `${renamed < 0 ? `failed: ${errorText(renamed)}` : 'success'}\n`,
    );
    entry.isPersisted = renamed >= 0;
  }
}
