import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContainer } from '../containers/open-container.ts';
import type { CheckResult } from '../ecosystem/report.ts';
import type { Cell, Refusal } from './cell.ts';
import { comparable } from './comparable.ts';
import { serveCell } from './serve-cell.ts';

/** How a command went, here or there. */
interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** No colours, no questions and no news of npm, on both sides. */
const ENVIRONMENT = {
  CI: '1',
  NO_COLOR: '1',
  ASTRO_TELEMETRY_DISABLED: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NUXT_TELEMETRY_DISABLED: '1',
  STORYBOOK_DISABLE_TELEMETRY: '1',
  EXPO_NO_TELEMETRY: '1',
  NG_CLI_ANALYTICS: 'false',
  npm_config_update_notifier: 'false',
};

/** What came of a cell, and with which versions of the packages that it names. */
export interface CellResult extends CheckResult {
  readonly kind: Cell['kind'];
  readonly versions: Readonly<Record<string, string>>;
}

/** `log` is given all that was printed. */
export interface RunOptions {
  /** For each command. */
  readonly limitMs: number;
  readonly log?: (text: string) => void;
}

/** Performs one cell in the container; what is a tool natively as well, to compare. */
export async function runCell(cell: Cell, container: TestContainer, options: RunOptions): Promise<CellResult> {
  const began = Date.now();
  const versions: Record<string, string> = {};
  const cause = await causeOf(cell, container, options, versions);
  const seconds = (Date.now() - began) / 1000;
  return { name: cell.name, kind: cell.kind, passed: cause === '', seconds, cause, versions };
}

/** Why it failed; empty where it did not. */
async function causeOf(
  cell: Cell,
  container: TestContainer,
  { limitMs, log }: RunOptions,
  versions: Record<string, string>,
): Promise<string> {
  const at = `matrix/${cell.name}`;
  const files = { 'package.json': manifestOf(cell), ...cell.files };
  await container.mount(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${at}/${path}`, text])));
  const inside = async (command: string): Promise<Outcome> => {
    const run = await container.run('sh', ['-c', `cd ${at} && ${command}`], { limitMs, env: ENVIRONMENT });
    log?.(`$ ${command}\n${run.stdout}${run.stderr}[${run.code ?? run.signal}, ${Math.round(run.ms)} ms]\n`);
    return { code: run.code, output: comparable(run.stdout + run.stderr, `/home/project/${at}`) };
  };
  const install = await inside('npm install --no-audit --no-fund');
  if (install.code !== 0) return `npm install ended with ${install.code}: ${lastLine(install.output)}`;
  const lock = await container.run('cat', [`${at}/package-lock.json`]);
  Object.assign(versions, versionsIn(lock.stdout, cell));
  const native = cell.kind === 'tool' ? openNative(files, lock.stdout, limitMs) : undefined;
  try {
    for (const command of cell.commands) {
      const found = await inside(command);
      const cause = judge(cell, command, found, native?.run(command), install.output);
      if (cause !== '') return cause;
    }
  } finally {
    native?.close();
  }
  for (const [path, text] of Object.entries(cell.writes ?? {})) {
    const { code } = await inside(`grep -qF '${text}' ${path}`);
    if (code !== 0) return `"${path}" is not there, or has no "${text}"`;
  }
  if (cell.serves === undefined) return '';
  // Some programs watch no files where they think nobody looks.
  const { CI: _CI, ...env } = ENVIRONMENT;
  const cause = await serveCell(cell, cell.serves, container, { at, env, limitMs, log });
  return cause === '' || cell.commands.length === 0 ? cause : `builds, but ${cause}`;
}

function manifestOf(cell: Cell): string {
  return JSON.stringify({
    name: `matrix-${cell.name}`,
    version: '1.0.0',
    private: true,
    type: 'module',
    dependencies: cell.packages,
    ...cell.manifest,
  });
}

/** Empty where the command went as it must. */
function judge(cell: Cell, command: string, found: Outcome, wanted: Outcome | undefined, installed: string): string {
  if (cell.refusal !== undefined) return judgeRefusal(cell.refusal, command, found, installed);
  const { code, output } = found;
  if (wanted === undefined) return code === 0 ? '' : `"${command}" ended with ${code}: ${lastLine(output)}`;
  if (wanted.code === code && wanted.output === output) return '';
  return `"${command}" ended with ${code}, native with ${wanted.code}; ${firstDifference(output, wanted.output)}`;
}

/** Both sentences, the tool's and ours: a failure for any other reason is none. */
export function judgeRefusal(refusal: Refusal, command: string, found: Outcome, installed: string): string {
  const { code, output } = found;
  if (code === 0) return `"${command}" ended with 0, and should be refused`;
  if (!output.includes(refusal.tool)) return `"${command}" does not say "${refusal.tool}": ${lastLine(output)}`;
  const ours = `${installed}\n${output}`
    .split('\n')
    .some((line) => line.startsWith('slipway: ') && line.includes(refusal.ours));
  return ours ? '' : `nothing of ours says "${refusal.ours}"; "${command}" says: ${lastLine(output)}`;
}

/** Of the packages that the cell names. */
function versionsIn(lock: string, cell: Cell): Record<string, string> {
  const { packages = {} } = JSON.parse(lock) as { packages?: Record<string, { version?: string }> };
  const found = Object.keys(cell.packages).map((name) => [name, packages[`node_modules/${name}`]?.version ?? '']);
  return Object.fromEntries(found) as Record<string, string>;
}

/** The same project on this machine, with the versions the container has. */
function openNative(files: Readonly<Record<string, string>>, lock: string, limitMs: number) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-matrix-'));
  for (const [path, text] of Object.entries({ ...files, 'package-lock.json': lock })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const bin = dirname(process.execPath);
  const run = (command: string): Outcome => {
    const env = { ...ownEnvironment(), ...ENVIRONMENT, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: folder,
      encoding: 'utf8',
      env,
      timeout: limitMs,
    });
    return { code: status, output: comparable(stdout + stderr, folder) };
  };
  const install = run('npm install --no-audit --no-fund');
  if (install.code !== 0) throw new Error(`Cannot compare: npm install ended natively: ${install.output}`);
  return { run, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * What a person's shell would have. The npm that runs this suite hands its settings on, those of an older major too, and npm
 * warns of each that it does not know; vitest sets `FORCE_COLOR`, and Node warns of a program that has `NO_COLOR` as well.
 */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = ([name]: [string, unknown]): boolean =>
    name !== 'FORCE_COLOR' && (!/^npm_/i.test(name) || /^npm_config_(registry|cafile|(https?_)?proxy)$/i.test(name));
  return Object.fromEntries(Object.entries(process.env).filter(kept));
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? '';
}

function firstDifference(found: string, wanted: string): string {
  const [here, there] = [found.split('\n'), wanted.split('\n')];
  // One may be the beginning of the other.
  const at = (here.length > there.length ? here : there).findIndex((_, index) => here[index] !== there[index]);
  return `line ${at + 1}: "${here[at] ?? ''}", natively "${there[at] ?? ''}"`;
}
