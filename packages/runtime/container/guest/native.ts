/**
 * What stands in for native files inside a container. The kernel starts it where execve(2) finds a program for real
 * hardware, and process.dlopen where a module is an addon: below every package manager, whose files stay as they are.
 *
 *   native.cjs run <program> [argument …]   becomes its counterpart, or says why not and ends with 126
 *   native.cjs load <addon>                 prints {"module": path} or {"refusal": text}
 */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { counterpartOf, type NativeFile, refusalOf } from './native/counterparts.ts';
import { fetchNearest, fetchPackage } from './fetch-package.ts';

/** What a shell says of a program that it found and could not run (POSIX, 2.8.2). */
const CANNOT_EXECUTE = 126;

const [, , mode, named = '', ...rest] = process.argv;
// The kernel hands over what execve(2) was given, `./` and all.
const path = normalize(named);
if (mode === 'run') run(path, rest);
else process.stdout.write(`${JSON.stringify(load(path))}\n`);

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

function load(addon: string): { readonly module: string } | { readonly refusal: string } {
  return resolve('addon', addon);
}

/** Fetches it the first time, which is told on stderr: stdout is the program's. */
function resolve(kind: NativeFile['kind'], path: string): { readonly module: string } | { readonly refusal: string } {
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
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    if (typeof name === 'string' && typeof version === 'string') return { packageName: name, version };
  }
  return undefined;
}

/** By the package's `main`: `exports` do not count for a folder that is named by its path. */
function mainOf(folder: string): string {
  return createRequire(join(folder, 'package.json')).resolve(folder);
}
