import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../e2e/browser.ts';
import { runMainJob, TEMPLATES } from '../e2e/main-job-steps.ts';
import { startProduct } from '../e2e/product.ts';
import { type Figures, printFigures } from './figures.ts';
import { npmCli, runNative, startNative, stopNative } from './native.ts';

const ROUNDS = 3;
const templatesFolder = fileURLToPath(new URL('../../node_modules/create-vite/', import.meta.url));

/** The main job in the product beside the same steps in native Node 24 with the same npm. */
export async function benchMainJob(): Promise<void> {
  const product = await startProduct();
  const browser = await openBrowser();
  try {
    for (const template of TEMPLATES.keys()) {
      const ours = new Map<string, number[]>();
      const native = new Map<string, number[]>();
      const note = (into: Map<string, number[]>, step: string, ms: number): void =>
        void into.set(step, [...(into.get(step) ?? []), ms]);
      // Once unmeasured: both sides' registry caches are warm afterwards.
      await runMainJob(browser, product.url, template);
      await nativeSteps(template, () => undefined);
      for (let round = 0; round < ROUNDS; round++) {
        for (const { step, ms } of await runMainJob(browser, product.url, template)) note(ours, step, ms);
        await nativeSteps(template, (step, ms) => note(native, step, ms));
      }
      const rows: Figures[] = [...ours].map(([name, values]) => ({
        name,
        ours: values,
        native: native.get(name) ?? [],
      }));
      printFigures(`${template}, ${ROUNDS} rounds, registry caches warm`, 'ms', rows);
    }
  } finally {
    await browser.close();
    await product.stop();
  }
}

/** Steps are named after the product's that do the same. */
async function nativeSteps(template: string, note: (step: string, ms: number) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-native-'));
  try {
    await cp(join(templatesFolder, `template-${template}`), folder, { recursive: true });
    await rename(join(folder, '_gitignore'), join(folder, '.gitignore'));
    const install = await runNative([npmCli, 'install'], folder);
    if (install.code !== 0) throw new Error(`Native npm install failed:\n${install.output}`);
    note('install', install.ms);
    const build = await runNative([npmCli, 'run', 'build'], folder);
    if (build.code !== 0) throw new Error(`Native build failed:\n${build.output}`);
    // The product's publish installs and builds on the server.
    note('publish', install.ms + build.ms);
    note('dev to first paint', await nativeDev(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Until the first HTTP 200; a browser's painting is not in it. */
async function nativeDev(folder: string): Promise<number> {
  const port = 5900 + Math.floor(Math.random() * 90);
  const began = performance.now();
  const child = startNative(
    [npmCli, 'run', 'dev', '--', '--port', String(port), '--strictPort', '--host', '127.0.0.1'],
    folder,
  );
  try {
    for (;;) {
      const ok = await fetch(`http://127.0.0.1:${port}/`).then(
        (response) => response.ok,
        () => false,
      );
      if (ok) return performance.now() - began;
      if (child.exitCode !== null) throw new Error('The native dev server ended before it answered');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    await stopNative(child);
  }
}
