import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineOf } from '../e2e/browser.ts';
import { openTestContainer, type TestContainer } from '../containers/open-container.ts';
import { type Figures, printFigures } from './figures.ts';
import { runNative } from './native.ts';
import { PROBES } from './runtime-probes.ts';

const PAIRS = 10;
/** Spares that a container keeps while programs are started (open-container.ts). */
const SPARES_AT_MOST = 2;
/** Longer than any start. */
const TAKEN_MS = 2_000;

/** One number a probe prints: what it measured, in its own unit (ms unless it says otherwise). */
function figureOf(output: string, probe: string): number {
  const match = /^figure (\d+(?:\.\d+)?)$/m.exec(output);
  if (match === null) throw new Error(`The probe "${probe}" printed no figure:\n${output}`);
  return Number(match[1]);
}

/** `runtime [--browser firefox]`: alternating pairs, the same script in a container and in native Node. */
export async function benchRuntime(args: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-probe-'));
  const container = await openTestContainer(undefined, { engine: engineOf(args) });
  const rows: Figures[] = [...(await startFigures(container, folder)), await bootFigures(container)];
  try {
    for (const [name, source] of Object.entries(PROBES)) {
      const file = `${name.replace(/\W+/g, '-')}.cjs`;
      await writeFile(join(folder, file), source);
      await container.mount({ [file]: source });
      const ours: number[] = [];
      const native: number[] = [];
      for (let pair = 0; pair < PAIRS; pair++) {
        const result = await container.run('node', [file]);
        if (result.code !== 0) throw new Error(`The probe "${name}" failed in the container:\n${result.stderr}`);
        ours.push(figureOf(result.stdout, name));
        native.push(figureOf((await runNative([file], folder)).output, name));
      }
      rows.push({ name, ours, native });
    }
    printFigures('Runtime', 'ms (req/s where named)', rows);
  } finally {
    await container.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the request to start to the end of a program that does nothing but print. */
async function startFigures(container: TestContainer, folder: string): Promise<Figures[]> {
  const withSpare: number[] = [];
  const without: number[] = [];
  const native: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    withSpare.push((await container.run('node', ['-e', '1'])).ms);
    native.push((await runNative(['-e', '1'], folder)).ms);
    await spareIsReady();
    // No more spares are kept than are taken here; the one that is measured comes after them.
    const takers = Array.from({ length: SPARES_AT_MOST }, () =>
      container.run('node', ['-e', `setTimeout(() => {}, ${TAKEN_MS})`]),
    );
    without.push((await container.run('node', ['-e', '1'])).ms);
    await Promise.all(takers);
    await spareIsReady();
  }
  return [
    { name: 'process start to exit, with a spare', ours: withSpare, native },
    { name: 'process start to exit, without a spare', ours: without, native },
  ];
}

/** Time for the next spare worker, as between two commands of a person. */
const spareIsReady = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 600));

/** `WebContainer.boot()` in a page that has had a container before. */
async function bootFigures(container: TestContainer): Promise<Figures> {
  const ours: number[] = [];
  for (let round = 0; round < PAIRS; round++) {
    ours.push(
      await container.page.evaluate(async (origin) => {
        globalThis.slipway.container.teardown();
        const startedAt = performance.now();
        await globalThis.slipway.boot(origin);
        return performance.now() - startedAt;
      }, container.runtimeOrigin),
    );
  }
  return { name: 'WebContainer.boot(), warm', ours, native: [] };
}
