import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path/posix';
import type { RunnerFile, RunnerPlan } from '@slipway/contracts';
import * as z from 'zod';

/** Changes where what a set holds, or how it is made, changes. */
const FORMAT = 2;

/** npm runs these of the project itself with an install. */
const OWN_SCRIPTS = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
  'dependencies',
];

/** Files beside the lockfile that change what npm does. */
const OTHER_FILES = ['.npmrc', 'npm-shrinkwrap.json', 'binding.gyp'];

/** Variables that change what npm or Node does. */
const STRONG_VARIABLES = /^(npm_|node_|path$|home$|prefix$|shell$|git_|http_proxy$|https_proxy$)/i;

/** Only what decides here; the fields that are hashed are read off the loose object. */
const manifest = z.looseObject({
  scripts: z.record(z.string(), z.string()).default({}),
  workspaces: z.unknown().optional(),
});

/** Version 1 has no `packages`, and with it no full list of what is installed. */
const lockfile = z.looseObject({
  lockfileVersion: z.int().min(2).max(3),
  packages: z.record(
    z.string(),
    z.looseObject({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      inBundle: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
      os: z.array(z.string()).optional(),
      scripts: z.unknown().optional(),
      gypfile: z.unknown().optional(),
    }),
  ),
});

/** Of package.json, what `npm ci` holds the lockfile against. */
const LOCKED_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
  'overrides',
  'engines',
  'os',
  'cpu',
];

/**
 * The name of the set of dependencies that a plan installs (P-32), or undefined where what is installed is more than
 * a function of the lockfile: where a script would run, or something but the registry's tarballs, each held to its
 * integrity, would come in. Such an install is done anew each time.
 */
export function dependencyKey(
  files: readonly RunnerFile[],
  plan: RunnerPlan,
  runtimeVersion: string,
): string | undefined {
  if (plan.install !== 'npm ci' || Object.keys(plan.variables).some((name) => STRONG_VARIABLES.test(name))) return;
  const at = (name: string): string => join(plan.installRoot, name);
  const taken = at('node_modules');
  if (files.some(({ path }) => path === taken || path.startsWith(`${taken}/`))) return;
  // npm looks for a project of workspaces in the folders above, and takes that one's lockfile and settings.
  const above = foldersAbove(plan.installRoot).map((folder) => join(folder, 'package.json'));
  if (files.some((file) => above.includes(file.path) && mayHaveWorkspaces(file))) return;
  const bytesOf = (name: string): Buffer | undefined => {
    const found = files.find(({ path }) => path === at(name));
    return found?.kind === 'file' ? Buffer.from(found.base64, 'base64') : undefined;
  };
  if (OTHER_FILES.some((name) => files.some(({ path }) => path === at(name)))) return;
  const own = manifest.safeParse(parse(bytesOf('package.json')));
  const lock = bytesOf('package-lock.json');
  const locked = lockfile.safeParse(parse(lock));
  if (lock === undefined || !own.success || !locked.success) return;
  if (own.data.workspaces !== undefined || OWN_SCRIPTS.some((name) => name in own.data.scripts)) return;
  const all = Object.entries(locked.data.packages).filter(([path]) => path !== '');
  if (all.length === 0 || !all.every(([path, entry]) => isPlain(path, entry))) return;
  const held = LOCKED_FIELDS.map((name) => own.data[name] ?? null);
  const hash = createHash('sha256').update(lock).digest('hex');
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, 'linux-x64', runtimeVersion, hash, held]))
    .digest('hex');
}

/** What cannot be read may be anything. */
function mayHaveWorkspaces(file: RunnerFile): boolean {
  if (file.kind !== 'file') return true;
  const read = manifest.safeParse(parse(Buffer.from(file.base64, 'base64')));
  return !read.success || read.data.workspaces !== undefined;
}

/** Of `a/b` these are `a` and `.`, of the project's own folder there are none. */
function foldersAbove(folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; at !== '' && at !== '.';) found.push((at = dirname(at)));
  return found;
}

type Locked = z.infer<typeof lockfile>['packages'][string];

/** Whether a package is a tarball with a digest that runs nothing here. */
function isPlain(path: string, entry: Locked): boolean {
  const { resolved, integrity, link, inBundle, hasInstallScript, os, scripts, gypfile } = entry;
  if (!path.startsWith('node_modules/') || link === true) return false;
  // npm never writes these here, and runs them when somebody else has.
  if (scripts !== undefined || gypfile !== undefined) return false;
  const elsewhere = os !== undefined && !os.includes('linux') && !os.some((name) => name.startsWith('!'));
  if (hasInstallScript === true && !elsewhere) return false;
  // It lies in the tarball of the package that bundles it.
  if (inBundle === true) return resolved === undefined || resolved.startsWith('https://');
  if (resolved !== undefined && !resolved.startsWith('https://')) return false;
  return integrity !== undefined && /^sha(256|384|512)-/.test(integrity);
}

/** No JSON is no reason to fail: the install says what is wrong with it. */
function parse(bytes: Buffer | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
