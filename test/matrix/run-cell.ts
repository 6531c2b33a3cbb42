import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContainer } from '../containers/open-container.ts';
import type { CheckResult } from '../ecosystem/report.ts';
import type { Cell } from './cells.ts';
import { comparable } from './comparable.ts';

/** How a command went, here or there. */
interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** No colours, no questions and no news of npm, on both sides. */
const ENVIRONMENT = { CI: '1', NO_COLOR: '1', ASTRO_TELEMETRY_DISABLED: '1', npm_config_update_notifier: 'false' };

/** Performs one cell in the container; what is a tool natively as well, to compare. */
export async function runCell(cell: Cell, container: TestContainer, limitMs: number): Promise<CheckResult> {
  const began = Date.now();
  const cause = await causeOf(cell, container, limitMs);
  return { name: cell.name, passed: cause === '', seconds: (Date.now() - began) / 1000, cause };
}

/** Why it failed; empty where it did not. */
async function causeOf(cell: Cell, container: TestContainer, limitMs: number): Promise<string> {
  const at = `matrix/${cell.name}`;
  const manifest = { name: `matrix-${cell.name}`, private: true, type: 'module', devDependencies: cell.packages };
  const files = { 'package.json': JSON.stringify(manifest), ...cell.files };
  await container.mount(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${at}/${path}`, text])));
  const inside = async (command: string): Promise<Outcome> => {
    const run = await container.run('sh', ['-c', `cd ${at} && ${command}`], { limitMs, env: ENVIRONMENT });
    return { code: run.code, output: comparable(run.stdout + run.stderr, `/home/project/${at}`) };
  };
  const install = await inside('npm install --no-audit --no-fund');
  if (install.code !== 0) return `npm install ended with ${install.code}: ${lastLine(install.output)}`;
  const lock = await container.run('cat', [`${at}/package-lock.json`]);
  const native = cell.kind === 'tool' ? openNative(files, lock.stdout, limitMs) : undefined;
  try {
    for (const command of cell.commands) {
      const found = await inside(command);
      const wanted = native?.run(command);
      if (wanted === undefined && found.code !== 0)
        return `"${command}" ended with ${found.code}: ${lastLine(found.output)}`;
      if (wanted !== undefined && (wanted.code !== found.code || wanted.output !== found.output))
        return `"${command}" ended with ${found.code}, native with ${wanted.code}; ${firstDifference(found.output, wanted.output)}`;
    }
  } finally {
    native?.close();
  }
  for (const [path, text] of Object.entries(cell.writes ?? {})) {
    const { code } = await inside(`grep -qF '${text}' ${path}`);
    if (code !== 0) return `"${path}" is not there, or has no "${text}"`;
  }
  return '';
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
