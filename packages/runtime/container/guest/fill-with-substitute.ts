import { access, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Substitution } from './substitutions.ts';

/** Of package.json, what is looked at; the rest is kept as it was. */
export interface Manifest {
  name?: unknown;
  version?: unknown;
  bin?: unknown;
  [key: string]: unknown;
}
/** Where the counterpart is unpacked before its files take over; also the home of a kept compiler. */
const SIDE_FOLDER = '.slipway';

/** Rejects with ENOENT where there is none, and with a SyntaxError where it is none. */
export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Into a folder beside the package's files first; what stays of it is a compiler's home alone. */
export async function fillWithSubstitute(
  substitution: Substitution,
  original: Manifest,
  target: string,
  extract: (spec: string, target: string) => Promise<string>,
): Promise<void> {
  const side = join(target, SIDE_FOLDER);
  await mkdir(side, { recursive: true });
  const unpacked = join(side, 'substitute');
  const wanted = substitution.substitute(String(original.version));
  const spec = await extract(wanted, unpacked).catch(async (error: unknown) => {
    // What the package fetches by itself as well is no reason to install nothing.
    if (substitution.how !== 'into') throw error;
    await rm(side, { recursive: true });
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `slipway: ${wanted} was not put into ${String(original.name)}, which looks for it itself: ${why}\n`,
    );
    return undefined;
  });
  if (spec === undefined) return;
  if (substitution.how === 'tsc') await divertCompiler(target, original, spec);
  else if (substitution.how === 'into') await putInside(target, unpacked, substitution.folder ?? '.');
  else await takeOver(target, unpacked, original, spec);
}

/** The counterpart's files replace the original's; the folder keeps its name, bins and place in npm's tree. */
async function takeOver(target: string, unpacked: string, original: Manifest, spec: string): Promise<void> {
  const counterpart = await readManifest(unpacked);
  const manifest = {
    ...counterpart,
    name: original.name,
    version: original.version,
    scripts: {},
    slipwaySubstitute: spec,
  };
  if (original.bin !== undefined && counterpart.bin === undefined) Object.assign(manifest, { bin: original.bin });
  await cp(unpacked, target, { recursive: true, force: true });
  await rm(join(target, SIDE_FOLDER), { recursive: true });
  await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  // npm may still run the install script it read in the original's manifest.
  const install = join(target, 'install.js');
  if (await exists(install)) await writeFile(install, '// The wasm build needs no install step.\n');
}

/** `typescript` stays what it is; its `tsc` command runs a compiler written in JavaScript and says so. */
async function divertCompiler(target: string, original: Manifest, spec: string): Promise<void> {
  const home = join(target, SIDE_FOLDER, 'typescript6');
  await rename(join(target, SIDE_FOLDER, 'substitute'), home);
  const notice = `slipway: typescript ${String(original.version)} is a native program; running ${spec} in its place`;
  await writeFile(
    join(target, 'lib', 'tsc.js'),
    [
      '#!/usr/bin/env node',
      "import { createRequire } from 'node:module';",
      `process.stderr.write(${JSON.stringify(`${notice}\n`)});`,
      `createRequire(import.meta.url)('../${SIDE_FOLDER}/typescript6/lib/tsc.js');`,
      '',
    ].join('\n'),
  );
}

/** Where the package looks for it before it fetches anything. */
async function putInside(target: string, unpacked: string, folder: string): Promise<void> {
  const place = join(target, folder);
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
  await rename(unpacked, place);
  await rm(join(target, SIDE_FOLDER), { recursive: true });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
