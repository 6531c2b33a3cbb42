/**
 * `pnpm`, `pnpx`, `yarn`, `yarnpkg` and `corepack` of a container: the version that the project names, or the one its
 * lockfile is of, fetched through the mirror when it is first used. As corepack does it, which the commands stand for.
 */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fetchPackage } from './fetch-package.ts';
import { markInstall } from './mark-install.ts';
import { choosePackageManager, type Command, type Surroundings } from './choose-package-manager.ts';

const NPM_DEFINITIONS = '/usr/local/lib/node_modules/npm/node_modules/@npmcli/config/lib/definitions/index.js';

const command = basename(process.argv[1] ?? '') as Command;
const args = process.argv.slice(2);
// Our own commands honour `packageManager` already: there is nothing to put in their place.
if (command !== 'corepack' || !['enable', 'disable'].includes(args[0] ?? '')) start();

/** Becomes the package manager that the project asks for, which is fetched where it is not here yet. */
function start(): void {
  const choice = choosePackageManager(command, surroundings());
  if ('refusal' in choice) {
    process.stderr.write(`slipway: Cannot run "${command}": ${choice.refusal}\n`);
    process.exitCode = 1;
    return;
  }
  if ('file' in choice) return become(choice.file);
  const fetched = fetchPackage(choice.name, choice.version, (spec) =>
    process.stderr.write(`slipway: fetching ${spec} …\n`),
  );
  if ('failure' in fetched) {
    process.stderr.write(
      `slipway: Cannot run "${command}": ${choice.name}@${choice.version} cannot be fetched: ${fetched.failure}\n`,
    );
    process.exitCode = 1;
    return;
  }
  // corepack asks another host for yarn unless it is told which registry there is.
  if (command === 'corepack') process.env['COREPACK_NPM_REGISTRY'] ??= defaultRegistry();
  // yarn without a word installs.
  if (command === 'pnpm' || command === 'yarn') markInstall(args.length === 0 ? ['install'] : args);
  const { bin } = JSON.parse(readFileSync(join(fetched.folder, 'package.json'), 'utf8')) as { bin: Bins };
  const file = typeof bin === 'string' ? bin : bin[choice.bin];
  if (file === undefined) throw new Error(`Cannot run "${command}": ${choice.name} has no program of that name`);
  become(join(fetched.folder, file));
}

type Bins = string | Readonly<Record<string, string>>;

/** In this process: signals, terminal and exit status are the program's own. */
function become(file: string): void {
  process.argv[1] = file;
  (Module as unknown as { runMain(): void }).runMain();
}

/** What stands around the working directory, up to the root. */
function surroundings(): Surroundings {
  let manifest: unknown;
  let yarnPath: string | undefined;
  let lockfile: string | undefined;
  let isBerry = false;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    manifest ??= readJson(join(folder, 'package.json'), 'packageManager');
    lockfile ??= readText(join(folder, 'yarn.lock'))?.slice(0, 4_096);
    const settings = readText(join(folder, '.yarnrc.yml'));
    isBerry ||= settings !== undefined;
    const named = /^yarnPath:\s*["']?([^"'\n#]+)/m.exec(settings ?? '')?.[1]?.trim();
    if (named !== undefined) yarnPath ??= join(folder, named);
    if (folder === dirname(folder)) break;
  }
  return {
    packageManager: manifest,
    isBerry: isBerry || /^__metadata:/m.test(lockfile ?? ''),
    yarnPath: yarnPath !== undefined && existsSync(yarnPath) ? yarnPath : undefined,
  };
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** One field; a file that is no JSON has none, which its package manager will say better. */
function readJson(path: string, field: string): unknown {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return (JSON.parse(text) as Record<string, unknown> | null)?.[field];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The one that npm is built with; asked for only where COREPACK_NPM_REGISTRY says nothing. */
function defaultRegistry(): string {
  const { definitions } = createRequire(NPM_DEFINITIONS)(NPM_DEFINITIONS) as {
    definitions: { registry: { default: string } };
  };
  return definitions.registry.default;
}
