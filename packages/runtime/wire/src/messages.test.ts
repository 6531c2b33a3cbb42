import { describe, expect, it } from 'vitest';
import {
  buildArguments,
  loadFilesArguments,
  onArguments,
  parseArguments,
  parseBuildArguments,
  parseComlinkRequest,
  parseHeadlessQuery,
  parseRunArguments,
  previewMessage,
  readdirArguments,
  readFileArguments,
  WireError,
  writeFileArguments,
} from './index.ts';

const callback = Object.assign(async () => undefined, { release: () => undefined });

describe('Comlink messages', () => {
  it('a captured call is read', () => {
    const { port1 } = new MessageChannel();
    const request = parseComlinkRequest({
      id: '1-2-3-4',
      type: 2,
      path: ['run'],
      argumentList: [
        { type: 0, value: { command: 'node' } },
        { type: 0 },
        { type: 0, value: undefined },
        { type: 3, name: 'proxy', value: port1 },
      ],
    });
    expect(request).toMatchObject({
      type: 2,
      path: ['run'],
      arguments: [{ type: 0 }, { type: 0 }, { type: 0 }, { type: 3, name: 'proxy' }],
    });
    port1.close();
  });

  it.each([
    ['no id', { type: 0, path: [] }],
    ['the string enums of Comlink 4.3.1', { id: 'a', type: 'APPLY', path: ['run'], argumentList: [] }],
    ['SET', { id: 'a', type: 1, path: ['teardown'], value: { type: 0, value: 1 } }],
    ['CONSTRUCT', { id: 'a', type: 3, path: ['build'], argumentList: [] }],
    ['an unknown handler', { id: 'a', type: 2, path: ['on'], argumentList: [{ type: 3, name: 'evil', value: 1 }] }],
    [
      'a proxy without a port',
      { id: 'a', type: 2, path: ['on'], argumentList: [{ type: 3, name: 'proxy', value: {} }] },
    ],
    ['a long path', { id: 'a', type: 0, path: ['a', 'b', 'c', 'd', 'e'] }],
    ['a path of numbers', { id: 'a', type: 0, path: [1] }],
    ['many arguments', { id: 'a', type: 2, path: ['x'], argumentList: Array.from({ length: 9 }, () => ({ type: 0 })) }],
    ['null', null],
  ])('%s is refused', (_, data) => {
    expect(() => parseComlinkRequest(data)).toThrow(WireError);
  });
});

describe('arguments', () => {
  it('run: what the client sends, with numbers and booleans in env', () => {
    const parsed = parseRunArguments([
      { command: 'node', args: ['-v'], cwd: undefined, env: { A: 1, B: true, C: 'c' }, terminal: undefined },
      undefined,
      undefined,
      callback,
    ]);
    expect(parsed.request).toEqual({
      command: 'node',
      args: ['-v'],
      cwd: undefined,
      env: Object.assign(Object.create(null), { A: '1', B: 'true', C: 'c' }),
      terminal: undefined,
    });
    expect(parsed.callbacks.output).toBe(callback);
    expect(parsed.callbacks.stdout).toBeUndefined();
  });

  it.each([
    ['no command', [{ args: [] }]],
    ['an empty command', [{ command: '', args: [] }]],
    ['a null byte', [{ command: 'a\0', args: [] }]],
    ['args that are no list', [{ command: 'a', args: 'b' }]],
    ['a variable with =', [{ command: 'a', args: [], env: { 'A=B': '1' } }]],
    ['a variable that is an object', [{ command: 'a', args: [], env: { A: {} } }]],
    ['a terminal without size', [{ command: 'a', args: [], terminal: { cols: 0, rows: 1 } }]],
    ['an output that is no function', [{ command: 'a', args: [] }, undefined, undefined, 7]],
    ['nothing', []],
  ])('run refuses %s', (_, args) => {
    expect(() => parseRunArguments(args)).toThrow(WireError);
  });

  it('build: the name of the working directory is one folder name', () => {
    expect(
      parseBuildArguments([
        { host: 'app', version: '1.6.4', workdirName: undefined, forwardPreviewErrors: 'exceptions-only' },
      ]).forwardPreviewErrors,
    ).toBe('exceptions-only');
    for (const workdirName of ['..', '.', 'a/b', '', 'a\0'])
      expect(() => parseBuildArguments([{ host: 'app', workdirName }])).toThrow(
        'Cannot call build: argument 0.workdirName',
      );
  });

  it('an unknown coep is refused by name', () => {
    expect(() => parseHeadlessQuery(new URLSearchParams('coep=sometimes'))).toThrow('"sometimes"');
    expect(parseHeadlessQuery(new URLSearchParams('version=1.6.4&client_id=k'))).toEqual({
      version: '1.6.4',
      coep: 'require-corp',
      clientId: 'k',
    });
  });

  it('encodings: bare, in an object, in capitals, absent', () => {
    expect(parseArguments('readFile', readFileArguments, ['a', 'UTF-8'])[1]).toBe('utf-8');
    expect(parseArguments('readFile', readFileArguments, ['a', { encoding: 'latin1' }])[1]).toBe('latin1');
    expect(parseArguments('readFile', readFileArguments, ['a', null])[1]).toBeUndefined();
    expect(parseArguments('readFile', readFileArguments, ['a'])[1]).toBeUndefined();
    expect(() => parseArguments('readFile', readFileArguments, ['a', 'utf9'])).toThrow(WireError);
    expect(() => parseArguments('readFile', readFileArguments, ['a\0b'])).toThrow('argument 0');
    expect(parseArguments('readdir', readdirArguments, ['.', { withFileTypes: true }])[1]).toEqual({
      encoding: undefined,
      withFileTypes: true,
    });
  });

  it('content is text or bytes and nothing else', () => {
    expect(parseArguments('writeFile', writeFileArguments, ['a', Uint8Array.of(1)])[1]).toEqual(Uint8Array.of(1));
    expect(() => parseArguments('writeFile', writeFileArguments, ['a', { length: 1e9 }])).toThrow(WireError);
    expect(() => parseArguments('writeFile', writeFileArguments, ['a', undefined])).toThrow(WireError);
  });

  it('loadFiles: the key is plural and holds one path', () => {
    expect(parseArguments('mount', loadFilesArguments, [new Uint8Array(), { mountPoints: 'sub' }])[1]).toEqual({
      mountPoints: 'sub',
    });
    expect(parseArguments('mount', loadFilesArguments, [new Uint8Array(), { mountPoints: undefined }])[1]).toEqual({
      mountPoints: undefined,
    });
    expect(() => parseArguments('mount', loadFilesArguments, ['{}', {}])).toThrow(WireError);
  });

  it('on wants a function', () => {
    expect(() => parseArguments('on', onArguments, ['port', undefined])).toThrow(
      'Cannot call on: argument 1: must be a function',
    );
    expect(buildArguments).toBeDefined();
  });

  it('a preview message keeps only what is documented', () => {
    const base = { previewId: 'p', port: 3000, pathname: '/', search: '', hash: '' };
    expect(
      previewMessage.parse({ type: 'PREVIEW_UNCAUGHT_EXCEPTION', message: 'm', stack: undefined, ...base, extra: 1 }),
    ).toEqual({ type: 'PREVIEW_UNCAUGHT_EXCEPTION', message: 'm', stack: undefined, ...base });
    expect(() => previewMessage.parse({ type: 'OTHER', ...base })).toThrow();
  });
});
