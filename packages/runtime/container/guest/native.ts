/**
 * What stands in for native files inside a container. The kernel starts it where execve(2) finds a program for real
 * hardware, and process.dlopen where a module is an addon: below every package manager, whose files stay as they are.
 *
 *   native.cjs run <program> [argument …]   becomes its counterpart, or says why not and ends with 126
 *   native.cjs load <addon>                 prints {"module": path} or {"refusal": text}
 *   native.cjs missing <request> <file>     the same, of a build for WebAssembly or of a program that the module `file`
 *                                           asks for and no package manager has installed
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { counterpartOf, type NativeFile, refusalOf } from './native/counterparts.ts';
import { type NativeProgram, nativeProgramOf } from './native/native-program.ts';
import { type Manifest, type WasmBuild, wasmBuildOf } from './native/wasm-build.ts';
import { fetchIfPublished, fetchNearest, fetchPackage } from './fetch-package.ts';

/** What a shell says of a program that it found and could not run (POSIX, 2.8.2). */
const CANNOT_EXECUTE = 126;

const [, , mode, named = '', ...rest] = process.argv;
// The kernel hands over what execve(2) was given, `./` and all.
const path = normalize(named);
if (mode === 'run') run(path, rest);
else process.stdout.write(`${JSON.stringify(mode === 'missing' ? standIn(named, rest[0] ?? '.') : load(path))}\n`);

/** Becomes the counterpart: its arguments stand where its own start would have put them. */
function run(program: string, args: readonly string[]): void {
  const found = resolve('program', program);
  if ('refusal' in found) {
    process.stderr.write(`slipway: Cannot run "${program}": ${found.refusal}\n`);
    process.exitCode = CANNOT_EXECUTE;
    return;
  }
  process.argv.splice(1, process.argv.length, found.module, ...args);
  // As its own main module: tools look at require.main.
  (Module as unknown as { runMain(): void }).runMain();
}

/** Where what takes its place is, or why nothing does. */
type Found = { readonly module: string } | { readonly refusal: string };

function load(addon: string): Found {
  return resolve('addon', addon);
}

/** Below every package manager, which installs what is for this platform, and what the registry has. */
function standIn(request: string, from: string): Found {
  const manifest = manifestAround(from) ?? {};
  const build = wasmBuildOf(request, manifest);
  if (build !== undefined) return fetchBuild(build, `${String(manifest['name'])} ${String(manifest['version'])}`);
  const program = nativeProgramOf(request, manifest);
  if (program !== undefined) return { module: placeOf(program) };
  return { refusal: `nothing stands in for "${request}"` };
}

function fetchBuild({ name, version }: WasmBuild, title: string): Found {
  const fetched = fetchIfPublished(name, version);
  if ('failure' in fetched) return { refusal: fetched.failure };
  if (fetched.isNew === true)
    process.stderr.write(
      fetched.version === version
        ? `slipway: ${title} is native code; fetched ${name}@${version}, which runs here\n`
        : `slipway: ${name} ${version} is not published; ${fetched.version} runs for ${title}\n`,
    );
  return { module: mainOf(fetched.folder) };
}

/** A file that says what it is when it is started (`run`), as the program itself would here. */
function placeOf({ packageName, version, path }: NativeProgram): string {
  const folder = join(homedir(), '.cache', 'slipway', 'programs', packageName);
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: packageName, version }));
  // The head of an ELF file of 64 bits, by which execve(2) knows it.
  writeFileSync(file, '\x7fELF\x02\x01\x01\0', { mode: 0o755, encoding: 'latin1' });
  return file;
}

/** Fetches it the first time, which is told on stderr: stdout is the program's. */
function resolve(kind: NativeFile['kind'], path: string): Found {
  const owner = ownerOf(path);
  if (owner === undefined) return { refusal: refusalOf({ kind, packageName: '', version: '' }) };
  const file: NativeFile = { kind, ...owner };
  const counterpart = counterpartOf(file);
  if (counterpart === undefined) return { refusal: refusalOf(file) };
  const title = `${file.packageName} ${file.version}`;
  const fetch = counterpart.isExact ? fetchPackage : fetchNearest;
  let isNew = false;
  const fetched = fetch(counterpart.name, counterpart.version, (spec) => {
    isNew = true;
    process.stderr.write(`slipway: ${title} is native code; fetching ${spec}, which runs here\n`);
  });
  if ('failure' in fetched)
    return { refusal: `${refusalOf(file)} (${counterpart.name} cannot be fetched: ${fetched.failure})` };
  if (isNew && fetched.version !== counterpart.version)
    process.stderr.write(
      `slipway: ${counterpart.name} ${counterpart.version} is not published; ${fetched.version} runs for ${title}\n`,
    );
  const { entry } = counterpart;
  return { module: entry === undefined ? mainOf(fetched.folder) : join(fetched.folder, entry) };
}

/** Name and version of the package that the file is part of. */
function ownerOf(path: string): { readonly packageName: string; readonly version: string } | undefined {
  const { name, version } = manifestAround(path) ?? {};
  return typeof name === 'string' && typeof version === 'string' ? { packageName: name, version } : undefined;
}

/** The nearest package.json that names a package in a version. */
function manifestAround(path: string): Manifest | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    if (typeof manifest['name'] === 'string' && typeof manifest['version'] === 'string') return manifest;
  }
  return undefined;
}

/** By the package's `main`: `exports` do not count for a folder that is named by its path. */
function mainOf(folder: string): string {
  return createRequire(join(folder, 'package.json')).resolve(folder);
}
