import { createHash } from 'node:crypto';
import { loadavg } from 'node:os';
import {
  apiPaths,
  buildResponse,
  createProjectResponse,
  missingBlobsResponse,
  tabPlanResponse,
} from '@slipway/contracts';
import { createTestDatabase } from '@slipway/db/testing';
import { ask, mustBe, signIn } from '../e2e/ask.ts';
import { startProduct } from '../e2e/product.ts';

const FILES = 50;
const FILE_BYTES = 10 * 1024;
const ROUNDS = 20;

/**
 * `npm run bench -- publish`: what lies between a build that has ended in a tab and a site that answers with it: the plan,
 * which of 50 files are missing (none: all are warm), the version, and its first page. Of the server alone: the build itself
 * and the browser's hashing are not in it.
 */
export async function benchPublish(): Promise<void> {
  const database = await createTestDatabase();
  const product = await startProduct({ ROLE: 'api', DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
  try {
    const { port } = product;
    const token = await signIn(port);
    const body = { name: 'Site', template: 'vanilla' };
    const { project, snapshot } = createProjectResponse.parse(
      JSON.parse(mustBe(await ask(port, 'POST', apiPaths.projects, { token, body }), 201, 'create').body),
    );
    const files = [];
    for (let at = 0; at < FILES; at++) {
      const bytes = new TextEncoder().encode(`<p>${at}</p>`.padEnd(FILE_BYTES));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      mustBe(await ask(port, 'PUT', apiPaths.blob(sha256), { token, bytes }), 200, 'put');
      files.push({ path: at === 0 ? 'index.html' : `assets/${at}.html`, mode: 0o644, sha256, size: bytes.length });
    }
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      const plan = await ask(port, 'GET', apiPaths.tabPlan(project.id, snapshot!.id), { token });
      tabPlanResponse.parse(JSON.parse(mustBe(plan, 200, 'plan').body));
      const asked = { token, body: { sha256: files.map(({ sha256 }) => sha256) } };
      const { missing } = missingBlobsResponse.parse(
        JSON.parse(mustBe(await ask(port, 'POST', apiPaths.missingBlobs, asked), 200, 'missing').body),
      );
      if (missing.length > 0) throw new Error('Cannot measure: files are missing that were sent');
      const sent = { token, body: { snapshotId: snapshot!.id, files, log: [], durationMs: 1 } };
      const { build } = buildResponse.parse(
        JSON.parse(mustBe(await ask(port, 'POST', apiPaths.tabBuilds(project.id), sent), 201, 'publish').body),
      );
      const moved = await ask(port, 'GET', build.previewUrl ?? '');
      mustBe(await ask(port, 'GET', String(moved.headers['location'])), 200, 'look');
      took.push(performance.now() - began);
    }
    took.sort((one, other) => one - other);
    const at = (share: number): string => `${Math.round(took[Math.floor((took.length - 1) * share)] ?? 0)} ms`;
    process.stdout.write(
      `${FILES} files with warm blobs, ${ROUNDS} rounds, load ${loadavg()[0]?.toFixed(1)}: ` +
        `from the end of the tab's build to its page p50 ${at(0.5)}, p95 ${at(0.95)} (300 ms are wanted)\n`,
    );
  } finally {
    await product.stop();
    await database.close();
  }
}
