/**
 * `/usr/local/bin/npm` of a container: the npm CLI as it is, with one thing
 * added. When a package was unpacked whose program is native code, its wasm
 * counterpart is unpacked over it (substitutions.ts), or fetched where npm has not
 * installed it. This happens below npm's own view: the lockfile is npm's, byte by byte.
 *
 * Runs inside a container, on Node 24; bundled by `build/guest.ts`.
 */
import { createRequire } from 'node:module';
import Module from 'node:module';
import { basename, join } from 'node:path';
import { fillWithSubstitute, type Manifest, readManifest } from './fill-with-substitute.ts';
import { markInstall } from './mark-install.ts';
import { installNotice } from './native/install-notices.ts';
import { declaredBuild } from './native/wasm-build.ts';
import { nearestVersion } from './nearest-version.ts';
import { substitutionFor } from './substitutions.ts';

const NPM_HOME = '/usr/local/lib/node_modules/npm';
const requireFromNpm = createRequire(`${NPM_HOME}/bin/npm-cli.js`);

/** By the package.json of who will ask for it: builds for WebAssembly of what was unpacked. */
const builds = new Map<string, string>();

const notices = new Set<string>();

type ExtractOptions = Record<string, unknown>;
/** npm's own module that fetches packages: the two functions that are called or caught. */
interface Pacote {
  packument(spec: string, options: ExtractOptions): Promise<{ readonly versions?: Record<string, unknown> }>;
  extract(spec: string, target: string, options: ExtractOptions): Promise<unknown>;
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
    const build = declaredBuild(manifest);
    if (build !== undefined) builds.set(join(target, 'package.json'), build);
    const notice = installNotice(manifest.name, manifest.version);
    if (notice !== undefined) notices.add(notice);
    const substitution = substitutionFor(manifest.name, manifest.version);
    if (substitution !== undefined) {
      const { resolved: _resolved, integrity: _integrity, ...rest } = options;
      const { integrity } = substitution;
      const settings = integrity === undefined ? rest : { ...rest, integrity };
      await fillWithSubstitute(substitution, manifest, target, (what, where) =>
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

/**
 * A build that was not installed beside its package is fetched when it is first looked for (native.ts): better now,
 * where it is told among npm's own words, than in the first lines of a program.
 */
process.once('exit', (code) => {
  if (code !== 0) return;
  for (const [manifest, build] of builds) {
    try {
      createRequire(manifest).resolve(build);
    } catch (error) {
      // There is none, or not to be resolved so: the package says that itself where it cannot do without.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }
  for (const notice of notices) process.stderr.write(`${notice}\n`);
});

const asNpx = basename(process.argv[1] ?? '') === 'npx';
if (!asNpx) markInstall(process.argv.slice(2));
requireFromNpm(asNpx ? './npx-cli.js' : './npm-cli.js');
