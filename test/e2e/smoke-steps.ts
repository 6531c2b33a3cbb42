import { apiPaths, buildResponse, buildLogsResponse, createProjectResponse, isTerminal } from '@slipway/contracts';
import { ask, mustBe, signIn } from './ask.ts';
import type { StepTime } from './main-job-steps.ts';

const BUILD_LIMIT_MS = 240_000;

/** The whole log, page by page. */
async function readLog(port: number, token: string, buildId: string): Promise<string> {
  const text: string[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page = buildLogsResponse.parse(
      JSON.parse(mustBe(await ask(port, 'GET', apiPaths.buildLogs(buildId, after), { token }), 200, 'log').body),
    );
    text.push(...page.lines.map((line) => line.text));
    after = page.next;
  }
  return text.join('\n');
}

/** From a template to a published page, through the API and the worker alone. */
export async function runSmoke(port: number, template: string): Promise<StepTime[]> {
  const times: StepTime[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    times.push({ step, ms: performance.now() - began });
    return result;
  };

  const token = await timed('sign in', () => signIn(port));
  const { project, snapshot } = await timed('create from template', async () =>
    createProjectResponse.parse(
      JSON.parse(
        mustBe(
          await ask(port, 'POST', apiPaths.projects, { token, body: { name: `Smoke ${template}`, template } }),
          201,
          'create',
        ).body,
      ),
    ),
  );
  if (snapshot === null) throw new Error('the template made no snapshot');
  const queued = await timed(
    'queue the build',
    async () =>
      buildResponse.parse(
        JSON.parse(
          mustBe(
            await ask(port, 'POST', apiPaths.builds(project.id), { token, body: { snapshotId: snapshot.id } }),
            202,
            'build',
          ).body,
        ),
      ).build,
  );
  const built = await timed('install and build', async () => {
    const until = Date.now() + BUILD_LIMIT_MS;
    for (;;) {
      const { build } = buildResponse.parse(
        JSON.parse(mustBe(await ask(port, 'GET', apiPaths.build(queued.id), { token }), 200, 'status').body),
      );
      if (isTerminal(build.status)) return build;
      if (Date.now() > until) throw new Error(`the build did not end within ${BUILD_LIMIT_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
  if (built.status !== 'succeeded' || built.previewUrl === null) {
    throw new Error(
      `the build ended as ${built.status} (${built.errorSummary ?? ''}):\n${await readLog(port, token, queued.id)}`,
    );
  }
  const link = built.previewUrl;
  await timed('open the link', async () => {
    const redirect = mustBe(await ask(port, 'GET', link), 302, 'link');
    const site = String(redirect.headers['location']);
    const page = mustBe(await ask(port, 'GET', site), 200, 'published page');
    const script = /<script[^>]+src="([^"]+)"/.exec(page.body)?.[1];
    if (script === undefined) throw new Error('the published page names no script');
    mustBe(await ask(port, 'GET', new URL(script, site).href), 200, 'published script');
  });
  await timed('an unknown token', async () =>
    mustBe(
      await ask(port, 'GET', `http://slipway.localhost:${port}/p/wpt_1_00000000000000000000000000000000/`),
      404,
      'unknown token',
    ),
  );
  return times;
}
