import type { SnapshotFile } from '@slipway/blobs';
import type { BuildSettings, RunnerPlan } from '@slipway/contracts';
import { buildEnvironment, detectBuild } from '@slipway/sites';

/** From a server's row or a tab's question: the same facts give the same plan. */
export interface PlanFacts {
  files: readonly SnapshotFile[];
  settings: BuildSettings;
  variables: Readonly<Record<string, string>>;
  /** Microseconds since the epoch: the time that tools write into what they make. */
  createdAtUs: number;
}

/** How a save is built; `unclear`: the settings must say more. */
export type MadePlan =
  | { outcome: 'planned'; runner: RunnerPlan; singlePage: boolean; title: string }
  | { outcome: 'unclear'; problem: string };

/** The project's settings over what its files say (P-29). The same facts give the same plan on every machine (P-33). */
export function makePlan({ files, settings, variables, createdAtUs }: PlanFacts): MadePlan {
  const texts = new Map(files.flatMap((file) => (file.kind === 'file' ? [[file.path, file.bytes] as const] : [])));
  const has = (path: string): boolean => texts.has(path);
  const detected = detectBuild(
    {
      paths: [...texts.keys()],
      has,
      text: (path) => {
        const bytes = texts.get(path);
        return bytes && new TextDecoder().decode(bytes);
      },
    },
    settings,
  );
  if (detected.outcome === 'unclear') return detected;
  const { framework, root, install, build, output, singlePage } = detected.build;
  const plain = settings.nodeOptions === null ? variables : { ...variables, NODE_OPTIONS: settings.nodeOptions };
  const steps = [install, build].filter((step) => step !== null);
  return {
    outcome: 'planned',
    runner: {
      installRoot: installRoot(root, has),
      root,
      install,
      build,
      output,
      variables: buildEnvironment(createdAtUs, plain),
    },
    singlePage,
    title: `${framework ?? 'project'}${root === '' ? '' : ` in "${root}"`}: ${
      steps.length === 0 ? 'published as it is' : `${steps.join(', then ')}; output "${output}"`
    }`,
  };
}

/** Of a monorepo, the top, where its one lockfile is. */
function installRoot(root: string, has: (path: string) => boolean): string {
  const locks = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];
  if (root === '' || locks.some((lock) => has(`${root}/${lock}`))) return root;
  return has('package.json') ? '' : root;
}
