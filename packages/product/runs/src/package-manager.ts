/** Its commands and files, so that nothing else has to know which one it is. */
export interface RunManager {
  readonly name: 'npm' | 'pnpm' | 'yarn';
  readonly lockfile: string;
  /** What an install writes last, the first that is there; one that broke off has none of them. */
  readonly installed: readonly string[];
  readonly installArguments: readonly string[];
  readonly installEnvironment: Readonly<Record<string, string>>;
  /** What stands between the script and arguments for its program. */
  readonly beforeArguments: readonly string[];
}

const NPM: RunManager = {
  name: 'npm',
  lockfile: 'package-lock.json',
  installed: ['node_modules/.package-lock.json'],
  // It prints every fetch, from which its progress is read; those lines are not shown.
  installArguments: ['install', '--no-audit', '--no-fund', '--loglevel=http'],
  installEnvironment: {},
  beforeArguments: ['--'],
};
const PNPM: RunManager = {
  name: 'pnpm',
  lockfile: 'pnpm-lock.yaml',
  installed: ['node_modules/.modules.yaml'],
  installArguments: ['install', '--reporter=append-only', '--no-frozen-lockfile'],
  // There is nobody at a terminal to be asked whether what npm has installed may go.
  installEnvironment: { npm_config_confirm_modules_purge: 'false' },
  beforeArguments: [],
};
const YARN: RunManager = {
  name: 'yarn',
  lockfile: 'yarn.lock',
  // Of yarn 1, of the newer ones with node_modules, and with Plug'n'Play.
  installed: ['node_modules/.yarn-integrity', 'node_modules/.yarn-state.yml', '.pnp.cjs'],
  installArguments: ['install'],
  installEnvironment: { YARN_ENABLE_TELEMETRY: '0' },
  beforeArguments: [],
};

/** All of them; of several lockfiles the first one's counts, as with Publish. */
export const RUN_MANAGERS: readonly RunManager[] = [PNPM, YARN, NPM];

/**
 * Whose project it is: `named` is what `packageManager` of package.json says, before the version. What does not run
 * here, such as bun, is npm's.
 */
export function chooseManager(named: string | undefined, hasFile: (lockfile: string) => boolean): RunManager {
  return (
    RUN_MANAGERS.find(({ name }) => name === named) ??
    (named === undefined ? RUN_MANAGERS.find(({ lockfile }) => hasFile(lockfile)) : undefined) ??
    NPM
  );
}
