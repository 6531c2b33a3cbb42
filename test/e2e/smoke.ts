/**
 * The job path without an IDE: template -> snapshot -> build by the worker -> link.
 * `npm run smoke -- [--template ID]…` prints every step's duration; exits 1 when one fails.
 */
import { parseArgs } from 'node:util';
import { runSmoke } from './smoke-steps.ts';
import { TEMPLATES } from './main-job-steps.ts';
import { startProduct } from './product.ts';

const { values } = parseArgs({ options: { template: { type: 'string', multiple: true } } });
const product = await startProduct();
let failed = 0;
let passed = 0;
try {
  for (const template of values.template ?? TEMPLATES.keys()) {
    try {
      for (const { step, ms } of await runSmoke(product.port, template))
        process.stdout.write(`${template}: ${step.padEnd(24)} ${Math.round(ms)} ms\n`);
      passed++;
    } catch (error) {
      failed++;
      process.stdout.write(`${template}: FAILED ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
} finally {
  await product.stop();
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
