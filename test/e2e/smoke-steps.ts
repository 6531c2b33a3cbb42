import { request } from 'node:http';
import { apiPaths, buildResponse, buildLogsResponse, createProjectResponse, isTerminal, sessionResponse } from '@slipway/contracts';
import type { StepTime } from './main-job-steps.ts';

const BUILD_LIMIT_MS = 240_000;

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** The API as a program uses it. Node does not resolve *.localhost, so the host goes in the header. */
function ask(port: number, method: string, url: string, options: { token?: string; body?: unknown } = {}): Promise<Answer> {
  const { hostname, pathname, search } = new URL(url, `http://slipway.localhost:${port}`);
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const headers: Record<string, string> = { Host: `${hostname}:${port}`, Origin: `http://slipway.localhost:${port}`, 'Sec-Fetch-Site': 'same-origin' };
  if (options.token !== undefined) headers['Authorization'] = `Bearer ${options.token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: pathname + search, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function mustBe(answer: Answer, status: number, what: string): Answer {
  if (answer.status !== status) throw new Error(`${what}: the server answered ${answer.status}: ${answer.body.slice(0, 500)}`);
  return answer;
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

  const { accessToken: token } = await timed('sign in', async () => sessionResponse.parse(JSON.parse(mustBe(await ask(port, 'POST', apiPaths.localSignIn, { body: {} }), 200, 'sign in').body)).data);
  const { project, snapshot } = await timed('create from template', async () =>
    createProjectResponse.parse(JSON.parse(mustBe(await ask(port, 'POST', apiPaths.projects, { token, body: { name: `Smoke ${template}`, template } }), 201, 'create').body)),
  );
  if (snapshot === null) throw new Error('the template made no snapshot');
  const queued = await timed('queue the build', async () => buildResponse.parse(JSON.parse(mustBe(await ask(port, 'POST', apiPaths.builds(project.id), { token, body: { snapshotId: snapshot.id } }), 202, 'build').body)).build);
  const built = await timed('install and build', async () => {
    const until = Date.now() + BUILD_LIMIT_MS;
    for (;;) {
      const { build } = buildResponse.parse(JSON.parse(mustBe(await ask(port, 'GET', apiPaths.build(queued.id), { token }), 200, 'status').body));
      if (isTerminal(build.status)) return build;
      if (Date.now() > until) throw new Error(`the build did not end within ${BUILD_LIMIT_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
  if (built.status !== 'succeeded' || built.previewUrl === null) {
    const { lines } = buildLogsResponse.parse(JSON.parse((await ask(port, 'GET', apiPaths.buildLogs(queued.id), { token })).body));
    throw new Error(`the build ended as ${built.status} (${built.errorSummary ?? ''}):\n${lines.map(({ text }) => text).join('\n')}`);
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
  await timed('an unknown token', async () => mustBe(await ask(port, 'GET', `http://slipway.localhost:${port}/p/wpt_1_00000000000000000000000000000000/`), 404, 'unknown token'));
  return times;
}
