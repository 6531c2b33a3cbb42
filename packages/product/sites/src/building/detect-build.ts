import { type BuildSettings, type DetectedBuild, type PackageManager, packageManagers } from '@slipway/contracts';
import { type Framework, frameworks } from './frameworks.ts';

/** A project's files, as far as detection looks at them. */
export interface ProjectFiles {
  has(path: string): boolean;
  /** Of every `package.json` that `packagePaths` names. */
  text(path: string): string | undefined;
  paths: readonly string[];
}

/** `unclear`: several things could be meant, and what to set is said. */
export type DetectResult = { outcome: 'detected'; build: DetectedBuild } | { outcome: 'unclear'; problem: string };

const LOCKFILES: readonly (readonly [name: string, manager: PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** Deeper ones are fixtures of tests and the like. */
const PACKAGE_DEPTH = 4;
/** More are not looked at: who has that many says which one is meant. */
const PACKAGE_COUNT = 100;

/** The manifests that detection reads: those of the project and of the packages in it. */
export function packagePaths(paths: readonly string[]): string[] {
  return paths
    .filter((path) => /(?:^|\/)package\.json$/.test(path) && !/(?:^|\/)node_modules\//.test(path))
    .filter((path) => path.split('/').length <= PACKAGE_DEPTH)
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
    .slice(0, PACKAGE_COUNT);
}

interface Manifest {
  name: string;
  scripts: Readonly<Record<string, string>>;
  dependencies: ReadonlySet<string>;
  packageManager: string | undefined;
}

/**
 * How a project is built (P-29): by its lockfile, its manifests and the framework among
 * its dependencies. What the settings say is taken as it is, and the rest follows it: of
 * another root folder, another framework.
 */
export function detectBuild(files: ProjectFiles, settings: BuildSettings): DetectResult {
  const found = findRoot(files, settings.root);
  if ('problem' in found) return { outcome: 'unclear', problem: found.problem };
  const { root } = found;
  const manifest = readManifest(files, join(root, 'package.json'));
  const top = root === '' ? manifest : readManifest(files, 'package.json');
  const packageManager =
    settings.packageManager ?? managerOf(files, root, manifest) ?? managerOf(files, '', top) ?? 'npm';
  const framework = manifest && frameworks.find((one) => one.packages.some((name) => manifest.dependencies.has(name)));
  const script = manifest && buildScript(manifest, framework);
  const build =
    settings.build ?? (script === undefined ? (framework?.command ?? null) : runCommand(packageManager, script));
  // What is built by nothing is published as it lies there.
  const output =
    settings.output ??
    (build === null
      ? ''
      : typeof framework?.output === 'function'
        ? framework.output(manifest!)
        : (framework?.output ?? 'dist'));
  return {
    outcome: 'detected',
    build: {
      framework: framework?.name ?? null,
      packageManager,
      root,
      install: settings.install ?? (manifest === undefined ? null : installCommand(files, packageManager, root)),
      build,
      output,
      singlePage: settings.singlePage ?? framework?.singlePage ?? false,
    },
  };
}

function findRoot(files: ProjectFiles, set: string | null): { root: string } | { problem: string } {
  if (set !== null) {
    if (set === '' || files.paths.some((path) => path.startsWith(`${set}/`))) return { root: set };
    return { problem: `The root folder "${set}" is not in the project: set one that is, in the build settings` };
  }
  const top = readManifest(files, 'package.json');
  if (top && (top.scripts['build'] !== undefined || isFramework(top))) return { root: '' };
  const candidates = packagePaths(files.paths)
    .filter((path) => path !== 'package.json')
    .map((path) => ({ root: path.slice(0, -'/package.json'.length), manifest: readManifest(files, path) }))
    .filter(({ manifest }) => manifest !== undefined && isFramework(manifest));
  const [first, second] = candidates;
  if (first === undefined) return { root: '' };
  if (second === undefined) return { root: first.root };
  const names = candidates.map(({ root }) => `"${root}"`);
  const some = names.length > 5 ? `${names.slice(0, 5).join(', ')} and others` : names.join(', ');
  return { problem: `Several packages could be published (${some}): set the root folder in the build settings` };
}

const isFramework = (manifest: Manifest): boolean =>
  frameworks.some(({ packages }) => packages.some((name) => manifest.dependencies.has(name)));

function managerOf(files: ProjectFiles, root: string, manifest: Manifest | undefined): PackageManager | undefined {
  const named = /^([a-z]+)@/.exec(manifest?.packageManager ?? '')?.[1];
  return (
    packageManagers.find((manager) => manager === named) ?? LOCKFILES.find(([name]) => files.has(join(root, name)))?.[1]
  );
}

/** A lockfile is kept to where there is one; npm itself has its own way with one that it does not like. */
function installCommand(files: ProjectFiles, manager: PackageManager, root: string): string {
  const locked = LOCKFILES.some(([name, of]) => of === manager && (files.has(join(root, name)) || files.has(name)));
  switch (manager) {
    case 'npm':
      return locked ? 'npm ci' : 'npm install';
    case 'pnpm':
      return locked ? 'pnpm install --frozen-lockfile' : 'pnpm install';
    case 'yarn':
      return 'yarn install';
    case 'bun':
      return locked ? 'bun install --frozen-lockfile' : 'bun install';
  }
}

function buildScript(manifest: Manifest, framework: Framework | undefined): string | undefined {
  return [...(framework?.scripts ?? []), 'build'].find((name) => manifest.scripts[name] !== undefined);
}

const runCommand = (manager: PackageManager, script: string): string => `${manager} run ${script}`;

function readManifest(files: ProjectFiles, path: string): Manifest | undefined {
  const text = files.text(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The package manager says what is wrong with it, and where.
    if (error instanceof SyntaxError) return emptyManifest;
    throw error;
  }
  const { name, scripts, dependencies, devDependencies, packageManager } = asRecord(value);
  return {
    name: typeof name === 'string' ? name : '',
    scripts: Object.fromEntries(
      Object.entries(asRecord(scripts)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    dependencies: new Set([...Object.keys(asRecord(dependencies)), ...Object.keys(asRecord(devDependencies))]),
    packageManager: typeof packageManager === 'string' ? packageManager : undefined,
  };
}

const emptyManifest: Manifest = {
  name: '',
  scripts: {},
  dependencies: new Set(),
  packageManager: undefined,
};

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
