import { describe, expect, it } from 'vitest';
import { serverOf } from './language-servers.ts';
import {
  MOST_DEATHS,
  DEATHS_WITHIN_MS,
  nextServerState,
  restMs,
  serverText,
  type ServerState,
} from './server-state.ts';

const died = (atMs: number) => ({ type: 'died', why: 'exit code 1', atMs }) as const;
const must = (state: ServerState | undefined): ServerState => state ?? { name: 'given-up', why: 'no such step' };

describe('a language server', () => {
  it('UX-09 starts when it is needed, once', () => {
    let state: ServerState = { name: 'off' };
    for (const type of ['needed', 'fetched', 'ready'] as const) state = must(nextServerState(state, { type }));
    expect(state).toEqual({ name: 'ready', deaths: [] });
    expect(nextServerState(state, { type: 'needed' })).toBeUndefined();
    expect(nextServerState(state, { type: 'fetched' })).toBeUndefined();
    expect(serverText('TypeScript', state)).toBe('TypeScript: ready');
  });

  it('UX-09 starts again when it dies, a few times, and then when somebody asks', () => {
    let state: ServerState = { name: 'ready', deaths: [] };
    for (let death = 1; death < MOST_DEATHS; death++) {
      state = must(nextServerState(state, died(death)));
      expect(state).toMatchObject({ name: 'resting', why: 'exit code 1' });
      state = must(nextServerState(state, { type: 'rested' }));
    }
    state = must(nextServerState(state, died(MOST_DEATHS)));
    expect(state).toEqual({ name: 'given-up', why: 'exit code 1' });
    expect(nextServerState(state, { type: 'rested' })).toBeUndefined();
    expect(nextServerState(state, { type: 'restarted' })).toEqual({ name: 'fetching', deaths: [] });
    expect([1, 2, 3].map(restMs)).toEqual([1000, 2000, 4000]);
  });

  it('UX-09 is not given up for deaths that are far apart', () => {
    let state: ServerState = { name: 'ready', deaths: [] };
    for (let death = 0; death < 10; death++) {
      state = must(nextServerState(state, died(death * DEATHS_WITHIN_MS)));
      expect(state.name).toBe('resting');
      state = must(nextServerState(state, { type: 'rested' }));
    }
  });

  it('UX-09 answers for files by the end of their name', () => {
    const found = (path: string) => {
      const known = serverOf(path);
      return known && `${known.server.id} ${known.languageId}`;
    };
    expect(found('src/App.tsx')).toBe('typescript typescriptreact');
    expect(found('A.MJS')).toBe('typescript javascript');
    expect(found('a.css')).toBe('css css');
    expect(found('package.json')).toBe('json json');
    expect(found('deep/tsconfig.app.json')).toBe('json jsonc');
    expect(found('index.html')).toBe('html html');
    for (const path of ['README.md', 'Makefile', 'a.constructor', 'ts', '.ts/none'])
      expect(found(path)).toBeUndefined();
  });
});
