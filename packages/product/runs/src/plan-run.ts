import type { RunType } from '@slipway/contracts';
import type { RunManager } from './package-manager.ts';
import { previewScript, PREVIEW_SCRIPTS, RUN_ENVIRONMENT, serverArguments } from './project-scripts.ts';
import { RunRefused } from './run-refused.ts';

/** What a run does: a script of package.json, or an install alone. */
export interface RunPlan {
  readonly type: RunType;
  /** Undefined for an install. */
  readonly script: string | undefined;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What a run of a type is, with these scripts; `chosen` is the preview's own choice. Throws what is missing by name.
 */
export function planRun(
  type: RunType,
  manager: RunManager,
  scripts: ReadonlyMap<string, string>,
  chosen?: string,
): RunPlan {
  if (type === 'INSTALL') return planInstall(manager);
  const script = type === 'DEV' ? 'dev' : type === 'BUILD' ? 'build' : (chosen ?? previewScript(scripts));
  const text = script === undefined ? undefined : scripts.get(script);
  if (script === undefined || text === undefined) throw new RunRefused('NO_SCRIPT', missing(script, scripts));
  const extra = type === 'BUILD' ? [] : serverArguments(text);
  return {
    type,
    script,
    command: manager.name,
    args: ['run', script, ...(extra.length > 0 ? [...manager.beforeArguments, ...extra] : [])],
    env: RUN_ENVIRONMENT,
  };
}

/** Colours are forced: output goes into a pipe, but a person reads it. */
export function planInstall({ name, installArguments, installEnvironment }: RunManager): RunPlan {
  const env = { FORCE_COLOR: '1', ...installEnvironment };
  return { type: 'INSTALL', script: undefined, command: name, args: installArguments, env };
}

function missing(script: string | undefined, scripts: ReadonlyMap<string, string>): string {
  const found = scripts.size === 0 ? 'it has none' : `it has ${[...scripts.keys()].slice(0, 20).join(', ')}`;
  return script === undefined
    ? `Cannot preview: package.json needs one of the scripts ${PREVIEW_SCRIPTS.join(', ')}; ${found}`
    : `Cannot run "${script}": package.json has no such script; ${found}`;
}
