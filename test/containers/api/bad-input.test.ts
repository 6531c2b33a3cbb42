/** The wire without the client: whatever makes no sense is an error to whoever sent it, and changes nothing. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiPage, LABEL, openApiPage } from './open-api-page.ts';

declare global {
  interface Window {
    /** Posts a message with an id of its own and gives the answer: `ok`, or what went wrong. */
    send(
      object: 'root' | 'instance' | 'fs' | 'process',
      message: Record<string, unknown>,
      transfer?: Transferable[],
    ): Promise<string>;
    ports: Record<string, MessagePort>;
  }
}

let api: ApiPage;
let page: Page;
beforeAll(async () => {
  api = await openApiPage({ boot: false });
  page = api.page;
  await page.evaluate(async (origin) => {
    const port = await new Promise<MessagePort>((resolve) => {
      addEventListener('message', ({ data, ports: [first] }: MessageEvent<{ type?: unknown } | null>) => {
        if (data?.type === 'init' && first !== undefined) resolve(first);
      });
      document.body.append(
        Object.assign(document.createElement('iframe'), {
          src: `${origin}/headless?version=1.6.4`,
          allow: 'cross-origin-isolated',
        }),
      );
    });
    port.start();
    window.ports = { root: port };
    let last = 0;
    interface Answer {
      id?: unknown;
      name?: string;
      value?: { value?: { message?: string; code?: string } };
    }
    const exchange = (
      object: string,
      message: Record<string, unknown>,
      transfer: Transferable[] = [],
    ): Promise<Answer> =>
      new Promise((resolve) => {
        const id = `t${++last}`;
        const target = window.ports[object];
        const receive = ({ data }: MessageEvent<Answer | null>): void => {
          if (data?.id !== id) return;
          target?.removeEventListener('message', receive);
          resolve(data);
        };
        target?.addEventListener('message', receive);
        target?.postMessage({ id, ...message }, transfer);
      });
    window.send = async (object, message, transfer) => {
      const answer = await exchange(object, message, transfer);
      return answer.name === 'throw'
        ? `${answer.value?.value?.code ?? ''} ${answer.value?.value?.message ?? ''}`
        : 'ok';
    };
    const proxy = async (object: string, path: string, name: string, ...args: unknown[]): Promise<void> => {
      const answer = await exchange(object, {
        type: 2,
        path: [path],
        argumentList: args.map((value) => ({ type: 0, value })),
      });
      const made = (answer as { value?: unknown }).value as MessagePort;
      made.start();
      window.ports[name] = made;
    };
    await proxy('root', 'build', 'instance', { host: 'x', version: '1.6.4' });
    await proxy('instance', 'fs', 'fs');
    await proxy('instance', 'run', 'process', { command: 'sleep', args: ['1000'] });
  }, api.hosts.runtime(LABEL));
});
afterAll(() => api?.close());

type Sent = readonly [object: 'root' | 'instance' | 'fs' | 'process', message: Record<string, unknown>];

const sendAll = (messages: readonly Sent[]): Promise<string[]> =>
  page.evaluate(async (messages) => {
    const answers: string[] = [];
    for (const [object, message] of messages) answers.push(await window.send(object, message));
    return answers;
  }, messages);

const call = (object: Sent[0], method: string, ...args: unknown[]): Sent => [
  object,
  { type: 2, path: [method], argumentList: args.map((value) => ({ type: 0, value })) },
];

it('a message of the wrong form is answered with an error', async () => {
  const answers = await sendAll([
    ['instance', { type: 1, path: ['fs'], value: { type: 0, value: 1 } }],
    ['instance', { type: 3, path: ['fs'], argumentList: [] }],
    ['instance', { type: 4, path: [] }],
    ['instance', { type: 99 }],
    ['instance', { type: 'APPLY', path: ['fs'] }],
    ['instance', { type: 2, path: 'fs', argumentList: [] }],
    ['instance', { type: 2, path: [1], argumentList: [] }],
    ['instance', { type: 2, path: ['a', 'b', 'c', 'd', 'e'], argumentList: [] }],
    ['instance', { type: 2, path: ['x'.repeat(1000)] }],
    ['instance', { type: 2, path: ['fs'], argumentList: {} }],
    ['instance', { type: 2, path: ['fs'], argumentList: Array.from({ length: 100 }, () => ({ type: 0 })) }],
    ['instance', { type: 2, path: ['fs'], argumentList: [7] }],
    ['instance', { type: 2, path: ['fs'], argumentList: [{ type: 3, name: 'unknown', value: 1 }] }],
    [
      'instance',
      {
        type: 2,
        path: ['on'],
        argumentList: [
          { type: 0, value: 'port' },
          { type: 3, name: 'proxy', value: 'no port' },
        ],
      },
    ],
  ]);
  expect(answers.filter((answer) => !answer.startsWith('ERR_INVALID_ARG_VALUE Cannot '))).toEqual([]);
});

it('what the objects do not have cannot be reached, prototypes included', async () => {
  const answers = await sendAll([
    call('instance', 'constructor'),
    call('instance', '__proto__'),
    call('instance', 'toString'),
    call('root', 'eval', '1'),
    call('fs', 'chmod', 'x'),
    ['process', { type: 0, path: ['pid'] }],
    ['fs', { type: 2, path: ['readFile', 'call'], argumentList: [] }],
  ]);
  expect(
    answers.filter(
      (answer) => !/^ERR_INVALID_ARG_VALUE Cannot (?:call|read) .*: this container does not have it$/.test(answer),
    ),
  ).toEqual([]);
});

it('arguments that make no sense are refused by every method', async () => {
  const answers = await sendAll([
    call('root', 'build'),
    call('root', 'build', { host: 7 }),
    call('root', 'build', { host: 'x', workdirName: '..' }),
    call('root', 'build', { host: 'x', workdirName: 'a/b' }),
    call('root', 'build', { host: 'x', forwardPreviewErrors: 1 }),
    call('instance', 'run'),
    call('instance', 'run', { command: '', args: [] }),
    call('instance', 'run', { command: 'a', args: 'b' }),
    call('instance', 'run', { command: 'a', args: ['\0'] }),
    call('instance', 'run', { command: 'a', args: [], terminal: { cols: 1e9, rows: 1 } }),
    call('instance', 'run', { command: 'a', args: [], cwd: 7 }),
    call('instance', 'on'),
    call('instance', 'on', 'port'),
    call('instance', 'on', 'port', 'no function'),
    call('instance', 'loadFiles', 'text'),
    call('instance', 'loadFiles'),
    call('instance', 'loadFiles', { 0: 1 }, { mountPoints: ['a', 'b'] }),
    call('instance', 'serialize'),
    call('instance', 'serialize', '.', { format: 'rar' }),
    call('instance', 'serialize', '.', { excludes: 'x' }),
    call('instance', 'setPreviewScript', 1),
    call('instance', 'setCredentials', 'x'),
    call('instance', 'watchPaths', {}),
    call('instance', 'textSearch', 1),
    call('instance', 'onProcessesRemove', 1),
    call('fs', 'readFile'),
    call('fs', 'readFile', 'a', 'rot13'),
    call('fs', 'readFile', 'a\0'),
    call('fs', 'writeFile', 'a'),
    call('fs', 'writeFile', 'a', 7),
    call('fs', 'writeFile', 'x'.repeat(5000), ''),
    call('fs', 'readdir', '.', { encoding: 'rot13' }),
    call('fs', 'readdir', '.', { withFileTypes: 'yes' }),
    call('fs', 'mkdir', 'a', { recursive: 'yes' }),
    call('fs', 'rm', ['a']),
    call('fs', 'rm', '.', { force: 1 }),
    call('fs', 'rename', 'a'),
    call('fs', 'watch', '.', { recursive: 1 }),
    call('fs', 'watch', '.', null, 'no function'),
    call('process', 'write', 7),
    call('process', 'write'),
  ]);
  expect(answers.filter((answer) => !/^ERR_INVALID_ARG_VALUE Cannot call \S+: argument/.test(answer))).toEqual([]);
});

it('what has no id, and what is no object, is passed over', async () => {
  expect(
    await page.evaluate(async () => {
      for (const message of [
        null,
        1,
        'x',
        [],
        {},
        { type: 2, path: ['teardown'] },
        { id: '', type: 2, path: ['teardown'] },
        { id: 7, type: 2, path: ['teardown'] },
      ])
        window.ports['instance']?.postMessage(message);
      return window.send('instance', { type: 2, path: ['runtimeInfo'], argumentList: [] });
    }),
  ).toBe('ok');
});

it('and nothing of it has changed anything', async () => {
  const state = await page.evaluate(async () => {
    const ask = (object: string, path: string, ...args: unknown[]): Promise<unknown> =>
      new Promise((resolve) => {
        window.ports[object]?.addEventListener(
          'message',
          ({ data }: MessageEvent<{ id?: unknown; value?: unknown }>) => {
            if (data.id === `ask ${path}`) resolve(data.value);
          },
        );
        window.ports[object]?.postMessage({
          id: `ask ${path}`,
          type: 2,
          path: [path],
          argumentList: args.map((value) => ({ type: 0, value })),
        });
      });
    return {
      files: await ask('fs', 'readdir', '.'),
      processes: ((await ask('instance', 'getProcesses')) as unknown[]).length,
      info: await ask('instance', 'runtimeInfo'),
    };
  });
  expect(state).toMatchObject({ files: [], processes: 1, info: { cwd: '/home/project' } });
});
