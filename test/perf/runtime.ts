import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestContainer, type TestContainer } from '../containers/open-container.ts';
import { type Figures, printFigures } from './figures.ts';
import { runNative } from './native.ts';
import { PROBES } from './runtime-probes.ts';

const PAIRS = 10;

/** One number a probe prints: what it measured, in its own unit (ms unless it says otherwise). */
function figureOf(output: string, probe: string): number {
  const match = /^figure (\d+(?:\.\d+)?)$/m.exec(output);
  if (match === null) throw new Error(`The probe "${probe}" printed no figure:\n${output}`);
  return Number(match[1]);
}

/** Issue 3's figures: alternating pairs, the same script in a container and in native Node. */
export async function benchRuntime(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-probe-'));
  const container = await openTestContainer();
  const rows: Figures[] = [await startFigures(container, folder)];
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
async function startFigures(container: TestContainer, folder: string): Promise<Figures> {
  const ours: number[] = [];
  const native: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    ours.push((await container.run('node', ['-e', '1'])).ms);
    native.push((await runNative(['-e', '1'], folder)).ms);
    // Time for the next spare worker, as between two commands of a person.
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  return { name: 'process start to exit, with a spare', ours, native };
}
