/**
 * The main job, as a person does it: `npm run e2e -- [--repeat N] [--template ID]… [--headed]`.
 * Prints the duration of every step; exits 1 when a run fails.
 */
import { parseArgs } from 'node:util';
import { openBrowser } from './browser.ts';
import { runMainJob, TEMPLATES } from './main-job-steps.ts';
import { startProduct } from './product.ts';

const { values } = parseArgs({
  options: {
    repeat: { type: 'string', default: '1' },
    template: { type: 'string', multiple: true },
    headed: { type: 'boolean', default: false },
  },
});
const templates = values.template ?? [...TEMPLATES.keys()];
const repeat = Number(values.repeat);

const product = await startProduct();
const browser = await openBrowser({ headless: !values.headed });
let failed = 0;
let passed = 0;
try {
  for (let round = 1; round <= repeat; round++) {
    for (const template of templates) {
      try {
        const times = await runMainJob(browser, product.url, template);
        passed++;
        process.stdout.write(
          `${template} ${round}/${repeat}: ${times.map(({ step, ms }) => `${step} ${Math.round(ms)} ms`).join(', ')}\n`,
        );
      } catch (error) {
        failed++;
        process.stdout.write(
          `${template} ${round}/${repeat}: FAILED ${error instanceof Error ? error.message : String(error)}\n`,
        );
      }
    }
  }
} finally {
  await browser.close();
  await product.stop();
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
