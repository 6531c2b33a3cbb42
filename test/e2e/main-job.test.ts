import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { runMainJob } from './main-job-steps.ts';
import { type Product, startProduct } from './product.ts';

let product: Product;
let browser: Browser;
beforeAll(async () => {
  // What publishing puts into the queue is nobody's concern here: the tab's own build is published.
  product = await startProduct({ ROLE: 'api' }, { fresh: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

// The template with the most parts; `npm run e2e` takes all of them.
it('takes react-ts from the template to a published link (P-13, P-23, P-24, AU-10)', async () => {
  const times = await runMainJob(browser, product.url, 'react-ts');
  expect(times.map(({ step }) => step)).toContain('open the link');
}, 900_000);
