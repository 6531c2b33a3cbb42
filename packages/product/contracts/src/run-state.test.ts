import { describe, expect, it } from 'vitest';
import {
  deriveRunStatus,
  NO_FACTS,
  nextRun,
  RUN_PORT,
  type RunFacts,
  type RunRecord,
  type RunStatus,
  runStatuses,
  runTypes,
} from './run-state.ts';

const HERE = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11';
const EARLIER = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a12';

const record = (fields: Partial<RunRecord> = {}): RunRecord => ({
  appId: HERE,
  type: 'DEV',
  pid: 7,
  startedAt: 100,
  finishedAt: null,
  exitCode: null,
  logPath: '/workspace/run/dev.log',
  container: HERE,
  ...fields,
});
const seen = (pids: number[], ports: number[] = [], container = HERE): RunFacts => ({ container, pids, ports });
const ended = (exitCode: number | null): Partial<RunRecord> => ({ pid: null, exitCode, finishedAt: 200 });

describe('the status of a run', () => {
  it('RN-11 a dev server is RUNNING only while its process lives and the port answers', () => {
    const table: [string, RunRecord | null | 'unreadable', RunFacts, RunStatus][] = [
      ['no record', null, seen([7], [RUN_PORT]), 'IDLE'],
      ['a record that cannot be read', 'unreadable', seen([7], [RUN_PORT]), 'UNKNOWN'],
      ['begun, no process yet', record({ pid: null }), seen([]), 'STARTING'],
      ['begun, and a port of somebody else', record({ pid: null }), seen([], [RUN_PORT]), 'STARTING'],
      ['alive, no port', record(), seen([7]), 'STARTING'],
      ['alive, another port', record(), seen([7], [3000]), 'STARTING'],
      ['alive, the port answers', record(), seen([3, 7], [3000, RUN_PORT]), 'RUNNING'],
      ['the process is gone, the port is not', record(), seen([3], [RUN_PORT]), 'DEAD'],
      ['the same pid in a container that was booted later', record(), seen([7], [RUN_PORT], EARLIER), 'DEAD'],
      ['ended by itself', record(ended(0)), seen([7], [RUN_PORT]), 'DEAD'],
      ['ended by a signal', record(ended(null)), seen([]), 'DEAD'],
      ['nobody can look', record(), NO_FACTS, 'DEAD'],
    ];
    for (const type of ['DEV', 'START'] as const)
      for (const [what, run, facts, status] of table) {
        const typed = run === null || run === 'unreadable' ? run : { ...run, type };
        expect([what, deriveRunStatus(typed, facts)]).toEqual([what, status]);
      }
  });

  it('RN-12 a build or an install asks for no port: alive, or ended by its exit code', () => {
    const table: [string, Partial<RunRecord>, RunFacts, RunStatus | 'WORKING'][] = [
      ['begun', { pid: null }, seen([]), 'WORKING'],
      ['alive', {}, seen([7]), 'WORKING'],
      ['alive beside a port', {}, seen([7], [RUN_PORT]), 'WORKING'],
      ['exit code 0', ended(0), seen([]), 'SUCCESS'],
      ['exit code 1', ended(1), seen([]), 'FAILED'],
      ['ended by a signal', ended(null), seen([]), 'FAILED'],
      ['gone without an exit code', {}, seen([]), 'FAILED'],
      ['gone with its holder', {}, NO_FACTS, 'FAILED'],
      ['ended before its holder went', ended(0), NO_FACTS, 'SUCCESS'],
    ];
    for (const [type, working] of [
      ['BUILD', 'BUILDING'],
      ['INSTALL', 'INSTALLING'],
    ] as const)
      for (const [what, fields, facts, status] of table) {
        const expected = status === 'WORKING' ? working : status;
        expect([what, deriveRunStatus(record({ type, ...fields }), facts)]).toEqual([what, expected]);
      }
  });

  it('RN-10 every status is reached, and no other', () => {
    const runs: (RunRecord | null | 'unreadable')[] = [null, 'unreadable'];
    for (const type of runTypes)
      for (const end of [{}, ended(0), ended(3), { pid: null }]) runs.push(record({ type, ...end }));
    const facts = [NO_FACTS, seen([]), seen([7]), seen([7], [RUN_PORT])];
    const reached = new Set(runs.flatMap((run) => facts.map((fact) => deriveRunStatus(run, fact))));
    expect([...reached].sort()).toEqual([...runStatuses].sort());
  });

  it('RN-16 nothing of a vanished container is alive, whatever was written of it', () => {
    for (const type of runTypes)
      for (const end of [{}, ended(0), ended(3), { pid: null }])
        expect(['DEAD', 'FAILED', 'SUCCESS']).toContain(deriveRunStatus(record({ type, ...end }), NO_FACTS));
  });
});

describe('the record of a run', () => {
  const { pid: _pid, finishedAt: _finishedAt, exitCode: _exitCode, ...begun } = record();

  it('RN-08 begins, gets its pid, and keeps the exit code when the pid is cleared', () => {
    const began = nextRun(null, { type: 'begin', run: begun });
    expect(began).toEqual(record({ pid: null }));
    const spawned = nextRun(began ?? null, { type: 'spawned', pid: 7 });
    expect(spawned).toEqual(record());
    expect(nextRun(spawned ?? null, { type: 'ended', exitCode: 3, finishedAt: 200 })).toEqual(record(ended(3)));
  });

  it('RN-09 a stop leaves nothing, and neither a late pid nor a late end brings anything back', () => {
    expect(nextRun(record(), { type: 'stopped' })).toBeNull();
    expect(nextRun(null, { type: 'stopped' })).toBeNull();
    expect(nextRun(null, { type: 'spawned', pid: 8 })).toBeUndefined();
    expect(nextRun(null, { type: 'ended', exitCode: 0, finishedAt: 300 })).toBeUndefined();
    expect(nextRun(record(ended(1)), { type: 'spawned', pid: 8 })).toBeUndefined();
    expect(nextRun(record(ended(1)), { type: 'ended', exitCode: 0, finishedAt: 300 })).toBeUndefined();
  });

  it('an install before the dev server hands the run over to the server’s own group', () => {
    expect(nextRun(record({ pid: 5 }), { type: 'spawned', pid: 7 })).toEqual(record());
  });
});
