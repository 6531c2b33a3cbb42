/**
 * `npm run matrix`: every template of create-vite, published from its defaults as the worker does it: detection, install
 * and build in a sandbox in headless Chromium, the rules for what is published. No server and no database.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { serveHosts } from '@slipway/embed/node';
import { mustFindBrowser } from '@slipway/find-browser';
import { buildFiles, type Rebuilt } from '@slipway/worker/rebuild';
import { localRuntime } from '../../apps/cli/src/container/local-runtime.ts';
import { createViteTemplates } from '../../apps/server/src/templates/create-vite-templates.ts';

/** Part of a build's output that may say why it failed. */
const TAIL_UNITS = 2000;
const BUILDER_HOST = 'builder.slipway.localhost';
/** What `packageManager` names; corepack fetches it. */
const VERSIONS: Readonly<Record<string, string>> = { pnpm: '10.15.0', yarn: '1.22.22' };
const MANAGERS: readonly string[] = ['npm', ...Object.keys(VERSIONS)];

interface Row {
  template: string;
  seconds: number;
  rebuilt: Rebuilt;
  /** Whether a second build made the same files; undefined: there was none. */
  again: boolean | undefined;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { manager: { type: 'string', default: 'npm' }, twice: { type: 'boolean', default: false } },
});
const source = createViteTemplates();
const known = (await source.list()).map(({ id }) => id);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0 || !MANAGERS.includes(values.manager)) {
  process.stderr.write(
    `usage: npm run matrix -- [--manager ${MANAGERS.join('|')}] [--twice] [TEMPLATE]...\ntemplates: ${known.join(' ')}\n`,
  );
  process.exitCode = 2;
} else await runMatrix(positionals.length > 0 ? positionals : known);

async function runMatrix(templates: readonly string[]): Promise<void> {
  const hosts = await serveHosts({ ...localRuntime(), app: async () => false, moreParents: [BUILDER_HOST] });
  const origin = `http://${BUILDER_HOST}:${hosts.port}`;
  const rows: Row[] = [];
  try {
    process.stdout.write('| template | published | files | s | twice the same |\n|---|---|---|---|---|\n');
    for (const template of templates) {
      const row = await tryTemplate(template, origin);
      rows.push(row);
      process.stdout.write(`${lineOf(row)}\n`);
    }
  } finally {
    await hosts.close();
  }
  const failed = rows.filter(({ rebuilt, again }) => rebuilt.outcome === 'failed' || again === false);
  process.stdout.write(
    `\n${rows.length - failed.length} of ${rows.length} by ${values.manager}, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
  process.exitCode = failed.length > 0 ? 1 : 0;
}

async function tryTemplate(template: string, origin: string): Promise<Row> {
  const files = ((await source.read(template, 'site')) ?? []).map(({ path, mode, bytes }) => ({
    kind: 'file' as const,
    path,
    mode,
    bytes: path === 'package.json' ? withManager(bytes) : bytes,
  }));
  const build = async (): Promise<Rebuilt> => {
    let said = '';
    const log = (bytes: Uint8Array): void => void (said = (said + Buffer.from(bytes).toString()).slice(-TAIL_UNITS));
    const signal = new AbortController().signal;
    try {
      const built = await buildFiles(files, { origin, executable: mustFindBrowser(), signal, log });
      if (built.outcome === 'failed') process.stderr.write(`${template}:\n${said}\n`);
      return built;
    } catch (error) {
      // A time limit, or a browser that ended: a row like any other.
      return { outcome: 'failed', problem: error instanceof Error ? error.message : String(error) };
    }
  };
  const began = performance.now();
  const rebuilt = await build();
  const seconds = (performance.now() - began) / 1000;
  const again = values.twice && rebuilt.outcome === 'built' ? await isSame(rebuilt, build) : undefined;
  return { template, seconds, rebuilt, again };
}

/** By the field that names the package manager, as a person's own project would. */
function withManager(bytes: Uint8Array): Uint8Array {
  if (values.manager === 'npm') return bytes;
  const manifest = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
  return Buffer.from(JSON.stringify({ ...manifest, packageManager: `${values.manager}@${VERSIONS[values.manager]}` }));
}

async function isSame(first: Rebuilt & { outcome: 'built' }, build: () => Promise<Rebuilt>): Promise<boolean> {
  const second = await build();
  return second.outcome === 'built' && JSON.stringify(sorted(second)) === JSON.stringify(sorted(first));
}

const sorted = ({ files }: Rebuilt & { outcome: 'built' }) => [...files].sort((a, b) => (a.path < b.path ? -1 : 1));

function lineOf({ template, seconds, rebuilt, again }: Row): string {
  const same = again === undefined ? '–' : again ? 'yes' : 'no';
  return rebuilt.outcome === 'built'
    ? `| ${template} | yes | ${rebuilt.files.length} | ${seconds.toFixed(0)} | ${same} |`
    : `| ${template} | no: ${rebuilt.problem.replaceAll(/\s+/g, ' ').slice(0, 300)} | – | ${seconds.toFixed(0)} | – |`;
}
