/** What the client 1.6.1-internal.1 reaches beyond the documented API: `container.internal`, and output apart. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ApiPage, LABEL, openApiPage } from './open-api-page.ts';

let api: ApiPage;
let page: Page;
let workdir: string;
beforeAll(async () => {
  api = await openApiPage({ boot: false });
  page = api.page;
  workdir = await page.evaluate(async (origin) => {
    Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
    window.internalContainer = await window.internalApi.WebContainer.boot({ workdirName: 'project' });
    return window.internalContainer.workdir;
  }, api.hosts.runtime(LABEL));
});
afterAll(() => api?.close());
beforeEach(() =>
  page.evaluate(async () => {
    const { fs } = window.internalContainer;
    for (const name of await fs.readdir('.')) await fs.rm(name, { recursive: true, force: true });
  }),
);

it('boots, runs and reads as the released client does', async () => {
  expect(await page.evaluate(async () => window.collect(await window.internalContainer.spawn('echo', ['x'])))).toEqual({
    output: 'x\n',
    code: 0,
  });
});

it('watchPaths: include, exclude and includeContent, until it is unsubscribed', async () => {
  const events = await page.evaluate(async () => {
    const { fs, internal, workdir } = window.internalContainer;
    const seen: { type: string; path: string; text: string | undefined }[] = [];
    const stop = internal.watchPaths(
      { include: [`${workdir}/**`], exclude: ['**/node_modules', '.git'], includeContent: true },
      (list) => {
        for (const { type, path, buffer } of list)
          seen.push({
            type,
            path: path.slice(workdir.length + 1),
            text: buffer === undefined ? undefined : new TextDecoder().decode(buffer),
          });
      },
    );
    for (let n = 0; seen.length === 0; n++) {
      await fs.writeFile('started', String(n));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await fs.mkdir('node_modules/p', { recursive: true });
    await fs.writeFile('node_modules/p/x', '');
    await fs.mkdir('src');
    await fs.writeFile('src/a', 'one');
    await window.until(() => seen.some(({ path }) => path === 'src/a'));
    await fs.writeFile('src/a', 'two');
    await window.until(() => seen.some(({ text }) => text === 'two'));
    await fs.rm('src', { recursive: true });
    await window.until(() => seen.some(({ type }) => type === 'remove_dir'));
    stop();
    await fs.writeFile('after', '');
    const other: string[] = [];
    const stopOther = internal.watchPaths({ include: ['later'] }, (list) =>
      other.push(...list.map(({ path }) => path)),
    );
    for (let n = 0; other.length === 0; n++) {
      await fs.writeFile('later', String(n));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    stopOther();
    return seen.filter(({ path }) => path !== 'started');
  });
  expect(new Set(events.map(({ type, path }) => `${type} ${path}`))).toEqual(
    new Set(['add_dir src', 'add_file src/a', 'change src/a', 'remove_file src/a', 'remove_dir src']),
  );
});

it('textSearch: plain text, regular expressions, whole words, case, globs, a limit, with progress', async () => {
  const found = await page.evaluate(async () => {
    const { internal, workdir } = window.internalContainer;
    await window.internalContainer.mount({
      'a.txt': { file: { contents: 'one\ntwo One ones\n' } },
      'b.log': { file: { contents: 'one' } },
      '.gitignore': { file: { contents: '*.log' } },
    });
    const search = async (pattern: string, options: object): Promise<string[]> => {
      const progress: string[] = [];
      const result = await internal.textSearch(
        pattern,
        {
          folders: [workdir],
          includes: [],
          excludes: [],
          gitignore: true,
          requireGit: false,
          globalIgnoreFiles: false,
          ignoreSymlinks: true,
          isRegex: false,
          caseSensitive: false,
          isWordMatch: false,
          resultLimit: 100,
          ...options,
        },
        (path) => void progress.push(path),
      );
      if (progress.join() !== [...result.keys()].join()) throw new Error('progress told something else');
      return [...result].map(
        ([path, matches]) =>
          `${path.slice(workdir.length + 1)} ${matches.flatMap(({ ranges }) => ranges.map(({ startLineNumber, startColumn, endColumn }) => `${startLineNumber}:${startColumn}-${endColumn}`)).join(' ')}`,
      );
    };
    return [
      await search('one', {}),
      await search('one', { caseSensitive: true }),
      await search('one', { isWordMatch: true }),
      await search('o(n)e|two', { isRegex: true }),
      await search('one', { gitignore: false, excludes: ['*.txt'] }),
      await search('one', { includes: ['*.none'] }),
      await search('n', { resultLimit: 1 }),
      await search('.', {}),
    ];
  });
  expect(found).toEqual([
    ['a.txt 0:0-3 1:4-7 1:8-11'],
    ['a.txt 0:0-3 1:8-11'],
    ['a.txt 0:0-3 1:4-7'],
    ['a.txt 0:0-3 1:0-3 1:4-7 1:8-11'],
    ['b.log 0:0-3'],
    [],
    ['a.txt 0:1-2'],
    ['.gitignore 0:1-2'],
  ]);
});

it('textSearch with a pattern that goes on for ever rejects, and nobody else waits for it', async () => {
  const result = await page.evaluate(async () => {
    const { internal, fs } = window.internalContainer;
    await fs.writeFile('bomb', `${'a'.repeat(60)}!`);
    const search = window.failure(() => internal.textSearch('^(a+)+$', { isRegex: true }, () => undefined));
    // Programs and files go on meanwhile; in the kernel's own thread it would never end.
    const during = await window.collect(await window.internalContainer.spawn('echo', ['still here']));
    const names = await fs.readdir('.');
    const failed = await search;
    const invalid = await window.failure(() => internal.textSearch('(', { isRegex: true }, () => undefined));
    return {
      during,
      names,
      failed: failed['message'],
      invalid: String(invalid['message']),
      again: (await internal.textSearch('^a', { isRegex: true }, () => undefined)).size,
    };
  });
  expect(result).toEqual({
    during: { output: 'still here\n', code: 0 },
    names: ['bomb'],
    failed: 'Cannot search: the pattern takes more than 5 s in "bomb"',
    invalid: expect.stringContaining('Cannot search: Invalid regular expression') as string,
    again: 1,
  });
});

it('fileSearch: globs below a folder', async () => {
  const found = await page.evaluate(async () => {
    await window.internalContainer.mount({
      src: { directory: { 'a.ts': { file: { contents: '' } }, 'b.js': { file: { contents: '' } } } },
      'c.ts': { file: { contents: '' } },
    });
    return [
      await window.internalContainer.internal.fileSearch('**/*.ts', '.'),
      await window.internalContainer.internal.fileSearch(undefined, 'src', { resultLimit: 1 }),
    ];
  });
  expect(found).toEqual([[`${workdir}/c.ts`, `${workdir}/src/a.ts`], [`${workdir}/src/a.ts`]]);
});

it('getProcesses and onProcessesRemove', async () => {
  const result = await page.evaluate(async () => {
    const { internal } = window.internalContainer;
    const removed: number[] = [];
    const stop = internal.onProcessesRemove(({ pid }) => void removed.push(pid));
    const child = await window.internalContainer.spawn('sleep', ['1000']);
    const pids = (await internal.getProcesses()).map(({ pid }) => pid);
    child.kill();
    await window.until(() => pids.every((pid) => removed.includes(pid)));
    stop();
    return { count: pids.length, left: await internal.getProcesses() };
  });
  expect(result).toEqual({ count: 1, left: [] });
});

it('serialize gives the bytes of a tree', async () => {
  await page.evaluate(() => window.internalContainer.fs.writeFile('a', 'x'));
  expect(
    await page.evaluate(
      async () =>
        JSON.parse(
          new TextDecoder().decode(await window.internalContainer.internal.serialize('.', { excludes: [] })),
        ) as unknown,
    ),
  ).toEqual({ d: { a: { f: { c: 'x' } } } });
});

it('setCORSProxy, setCORSAuthToken and messages of preview scripts refuse, saying why; taking a proxy back is no error', async () => {
  const codes = await page.evaluate(async () => {
    const { internal } = window.internalContainer;
    const rejected = new Promise<string>((resolve) =>
      addEventListener(
        'unhandledrejection',
        (event) => {
          event.preventDefault();
          resolve((event.reason as Error).message);
        },
        { once: true },
      ),
    );
    internal.previewScript.broadcast({ a: 1 });
    const storage = await window.failure(() => internal.previewScript.storage.get());
    return [
      await window.failure(() => internal.setCORSProxy({ address: 'https://proxy.example', domains: ['*'] })),
      await window.failure(() => internal.setCORSAuthToken('t')),
      storage,
      { code: 'UNSUPPORTED', message: await rejected },
      { undone: [await internal.setCORSProxy(), await internal.setCORSAuthToken()] },
    ];
  });
  for (const refused of codes.slice(0, 4))
    expect(refused).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(/^Cannot call (?:setCORS|previewScript)\S*: \S/) as string,
    });
  expect(codes[4]).toEqual({ undone: [undefined, undefined] });
});

it('spawn with stdout and stderr: each apart, and both in output', async () => {
  const result = await page.evaluate(async () => {
    const child = await window.internalContainer.spawn('sh', ['-c', 'echo out; echo err >&2'], {
      stdout: true,
      stderr: true,
    } as object);
    const streams = child as unknown as Record<'stdout' | 'stderr' | 'output', ReadableStream<string>>;
    const read = async (stream: ReadableStream<string>): Promise<string> => {
      let text = '';
      for (let reader = stream.getReader(), next = await reader.read(); !next.done; next = await reader.read())
        text += next.value;
      return text;
    };
    const [stdout, stderr, output] = await Promise.all([
      read(streams.stdout),
      read(streams.stderr),
      read(streams.output),
    ]);
    return { stdout, stderr, output: output.split('\n').sort().join(), code: await child.exit };
  });
  expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', output: ',err,out', code: 0 });
});
