/**
 * `/usr/local/bin/npm` of a container: the npm CLI as it is, with one thing
 * added. When a package was unpacked whose program is native code, its wasm
 * counterpart is unpacked over it (substitutions.ts). This happens in
 * node_modules only, below npm's own view: the lockfile is npm's, byte by byte.
 *
 * Runs inside a container, on Node 24; bundled by `build/guest.ts`.
 */
import { createRequire } from 'node:module';
import Module from 'node:module';
import { mkdir, readFile, rename, rm, writeFile, cp, access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { markInstall } from './mark-install.ts';
import { nearestVersion } from './nearest-version.ts';
import { substitutionFor, type Substitution } from './substitutions.ts';

const NPM_HOME = '/usr/local/lib/node_modules/npm';
const requireFromNpm = createRequire(`${NPM_HOME}/bin/npm-cli.js`);

/** Of package.json, what is looked at; the rest is kept as it was. */
interface Manifest {
  name?: unknown;
  version?: unknown;
  bin?: unknown;
  [key: string]: unknown;
}
type ExtractOptions = Record<string, unknown>;
/** npm's own module that fetches packages: the two functions that are called or caught. */
interface Pacote {
  packument(spec: string, options: ExtractOptions): Promise<{ readonly versions?: Record<string, unknown> }>;
  extract(spec: string, target: string, options: ExtractOptions): Promise<unknown>;
}

/** Where the counterpart is unpacked before its files take over; also the home of a kept compiler. */
const SIDE_FOLDER = '.slipway';

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * Catches what npm unpacks: a package with a substitution is filled with it in the same moment, before
 * install scripts run. Its own address and hash are left out, as they are not those of the substitute.
 */
function hook(pacote: Pacote): void {
  const extract = pacote.extract.bind(pacote);
  pacote.extract = async (spec, target, options) => {
    const result = await extract(spec, target, options);
    const manifest = await readManifest(target).catch((error: NodeJS.ErrnoException) => {
      // Not every tarball is a package (`npm pack` of odd things); npm itself will complain where it matters.
      if (error.code === 'ENOENT' || error instanceof SyntaxError) return {} as Manifest;
      throw error;
    });
    const substitution = substitutionFor(manifest.name, manifest.version);
    if (substitution !== undefined) {
      const { resolved: _resolved, integrity: _integrity, ...rest } = options;
      const { integrity } = substitution;
      const settings = integrity === undefined ? rest : { ...rest, integrity };
      await fill(substitution, manifest, target, (what, where) =>
        extractNearest(pacote, extract, what, where, settings),
      );
    }
    return result;
  };
}

/** Not every version of a package is published in its wasm build: the nearest one does, and is named. */
async function extractNearest(
  pacote: Pacote,
  extract: Pacote['extract'],
  spec: string,
  target: string,
  options: ExtractOptions,
): Promise<string> {
  try {
    await extract(spec, target, options);
    return spec;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ETARGET') throw error;
    const at = spec.lastIndexOf('@');
    const [name, wanted] = [spec.slice(0, at), spec.slice(at + 1)];
    const { versions = {} } = await pacote.packument(name, options);
    const nearest = nearestVersion(wanted, Object.keys(versions));
    if (nearest === undefined) throw error;
    process.stderr.write(`slipway: ${spec} is not published; ${name}@${nearest} runs in its place\n`);
    await extract(`${name}@${nearest}`, target, options);
    return `${name}@${nearest}`;
  }
}

/** Into a folder beside the package's files first; what stays of it is a compiler's home alone. */
async function fill(
  substitution: Substitution,
  original: Manifest,
  target: string,
  extract: (spec: string, target: string) => Promise<string>,
): Promise<void> {
  const side = join(target, SIDE_FOLDER);
  await mkdir(side, { recursive: true });
  const unpacked = join(side, 'substitute');
  const spec = await extract(substitution.substitute(String(original.version)), unpacked);
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

// pacote is loaded by the commands that install, and only by them: it is caught on its way in.
const loader = Module as unknown as { _load(request: string, parent: unknown, isMain: boolean): unknown };
const load = loader._load;
loader._load = function (request, parent, isMain) {
  const loaded = load.call(this, request, parent, isMain);
  if (request === 'pacote') {
    loader._load = load;
    hook(loaded as Pacote);
  }
  return loaded;
};

const asNpx = basename(process.argv[1] ?? '') === 'npx';
if (!asNpx) markInstall(process.argv.slice(2));
requireFromNpm(asNpx ? './npx-cli.js' : './npm-cli.js');
