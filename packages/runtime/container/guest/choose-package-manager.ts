/** As typed: pnpx belongs to pnpm and yarnpkg to yarn; the version is the project's choice. */
export type Command = 'pnpm' | 'pnpx' | 'yarn' | 'yarnpkg' | 'corepack';

/** Gathered from the folders upwards of where the command runs. */
export interface Surroundings {
  /** The field of the nearest package.json that has one; anything, as it is read. */
  readonly packageManager: unknown;
  /** Whether settings or lockfile are of yarn 2 or newer. */
  readonly isBerry: boolean;
  /** A yarn that lies in the repository itself. */
  readonly yarnPath: string | undefined;
}

/** A package with the program to run, a file to run, or why neither. */
export type Choice =
  | { readonly name: string; readonly version: string; readonly bin: string }
  | { readonly file: string }
  | { readonly refusal: string };

/** What runs where a project names no version: a range. */
const DEFAULTS = { pnpm: '10', yarn: '1.22', berry: '4', corepack: '0' };

/** `pnpm@9.1.0+sha512.…`: name, version, and a hash that npm's own integrity stands for. */
const PATTERN = /^([a-z]{1,32})@(\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[\w.-]{1,64})?)(?:\+[\w.]{1,200})?$/;

/** A repository's own yarn wins, then `packageManager`, then a fixed default; a bad field is a refusal. */
export function choosePackageManager(command: Command, project: Surroundings): Choice {
  if (command === 'corepack') return { name: 'corepack', version: DEFAULTS.corepack, bin: 'corepack' };
  const family = command.startsWith('pnp') ? 'pnpm' : 'yarn';
  if (family === 'yarn' && project.yarnPath !== undefined) return { file: project.yarnPath };
  const named = typeof project.packageManager === 'string' ? PATTERN.exec(project.packageManager) : null;
  if (typeof project.packageManager === 'string' && named === null)
    return { refusal: `"packageManager" of package.json is "${project.packageManager}", not a name and a version` };
  const version = named?.[1] === family ? named[2] : undefined;
  if (family === 'pnpm') return { name: 'pnpm', version: version ?? DEFAULTS.pnpm, bin: command };
  const isBerry = version === undefined ? project.isBerry : !/^[01]\./.test(version);
  return isBerry
    ? { name: '@yarnpkg/cli-dist', version: version ?? DEFAULTS.berry, bin: 'yarn' }
    : { name: 'yarn', version: version ?? DEFAULTS.yarn, bin: 'yarn' };
}
