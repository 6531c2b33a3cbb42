import { buildAssemblyScript, buildGuest, NOTING_GUEST } from './build-guests.ts';
import { runMutants } from './run-mutants.ts';

// node --import tsx packages/product/plugin-host/src/testing/mutants.main.ts [COUNT] [SEED]
const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const components = [await buildGuest(NOTING_GUEST), await buildAssemblyScript('link-counter')];
for (const component of components) {
  const began = performance.now();
  const outcomes = runMutants(component, Math.ceil(count / components.length), seed);
  const { rss } = process.memoryUsage();
  console.log(
    JSON.stringify({ outcomes, ms: Math.round(performance.now() - began), rssMb: Math.round(rss / 2 ** 20) }),
  );
}
