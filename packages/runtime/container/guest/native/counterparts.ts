/**
 * What runs in place of a native file that some package manager has installed: a program (ELF) or an addon (`.node`).
 * By the name and version of the package the file belongs to, so that npm, pnpm and yarn need to know nothing of it.
 */

/** It cannot run here; the package that it belongs to decides what stands in for it. */
export interface NativeFile {
  readonly kind: 'program' | 'addon';
  /** Of the nearest package.json, which says what the file is part of. */
  readonly packageName: string;
  readonly version: string;
}

/** A package of WebAssembly or JavaScript that does the same. */
export interface Counterpart {
  readonly name: string;
  /** The version that fits exactly; the registry may lack it. */
  readonly version: string;
  /** Inside the package: the program to run, or the module to load; its own main where there is none. */
  readonly entry: string | undefined;
  /** Whether another version of the same major does as well, for a registry that lacks this one. */
  readonly isExact: boolean;
}

/** What a person can do about a native package that has no counterpart. */
interface WayOut {
  readonly packages: RegExp;
  readonly advice: string;
}

interface Rule {
  readonly kind: NativeFile['kind'];
  readonly packages: RegExp;
  readonly counterpart: (version: string, match: RegExpExecArray) => Counterpart;
}

const PLATFORM = 'linux-(?:x64|arm64)';

const RULES: readonly Rule[] = [
  {
    kind: 'program',
    // esbuild's install script puts the program into the package itself.
    packages: new RegExp(`^(?:@esbuild/${PLATFORM}|esbuild)$`),
    counterpart: (version) => ({ name: 'esbuild-wasm', version, entry: 'bin/esbuild', isExact: false }),
  },
  {
    kind: 'program',
    packages: new RegExp(`^@typescript/(?:typescript|native-preview)-${PLATFORM}$`),
    // The newest compiler that is written in JavaScript.
    counterpart: () => ({ name: 'typescript', version: '6.0.3', entry: 'lib/tsc.js', isExact: true }),
  },
  {
    kind: 'addon',
    packages: new RegExp(`^@rollup/rollup-${PLATFORM}-(?:gnu|musl)$`),
    counterpart: (version) => ({
      name: '@rollup/wasm-node',
      version,
      entry: 'dist/native.js',
      isExact: false,
    }),
  },
  {
    kind: 'addon',
    packages: new RegExp(`^lightningcss-${PLATFORM}-(?:gnu|musl)$`),
    counterpart: (version) => ({ name: 'lightningcss-wasm', version, entry: 'wasm-node.cjs', isExact: false }),
  },
  {
    kind: 'addon',
    // napi-rs publishes an addon under one name a platform; the one for WebAssembly has the same exports.
    packages: new RegExp(`^(.+)-${PLATFORM}-(?:gnu|musl)$`),
    counterpart: (version, match) => ({
      name: `${match[1] ?? ''}-wasm32-wasi`,
      version,
      entry: undefined,
      isExact: false,
    }),
  },
];

/** By what the packages are called; the advice ends the sentence of `refusalOf`. */
const WAYS_OUT: readonly WayOut[] = [
  { packages: /^better-sqlite3$|^sqlite3$/, advice: 'node:sqlite is in Node itself and runs here' },
  { packages: /^bcrypt$/, advice: 'the package "bcryptjs" has the same functions in JavaScript' },
  { packages: /^argon2$/, advice: 'node:crypto has scrypt, and "hash-wasm" has argon2' },
  { packages: /^sass-embedded/, advice: 'the package "sass" is the same compiler in JavaScript' },
  { packages: /^@biomejs\/cli-/, advice: '"@biomejs/wasm-nodejs" has its functions; "prettier" and "eslint" run here' },
  { packages: /^(?:turbo-|@turbo\/)/, advice: 'run the scripts of the packages with "npm run --workspaces"' },
  { packages: /^canvas$|^skia-canvas$/, advice: '"@napi-rs/canvas" and "canvaskit-wasm" are WebAssembly' },
];

/** What takes the file's place; `undefined` where nobody has built such a thing. */
export function counterpartOf(file: NativeFile): Counterpart | undefined {
  for (const { kind, packages, counterpart } of RULES) {
    const match = kind === file.kind ? packages.exec(file.packageName) : null;
    if (match !== null) return counterpart(file.version, match);
  }
  return undefined;
}

/** Why the file cannot run, and what to do: the end of a sentence that names it. */
export function refusalOf(file: NativeFile): string {
  const what = file.kind === 'program' ? 'a program' : 'an addon';
  const found = WAYS_OUT.find(({ packages }) => packages.test(file.packageName));
  const advice = found?.advice ?? 'look for a build in WebAssembly or JavaScript';
  return `it is ${what} for Linux on real hardware, and this container is a browser tab: ${advice}`;
}
