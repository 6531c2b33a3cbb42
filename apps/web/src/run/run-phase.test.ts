import { makeRunReport, NO_FACTS, type RunStatus, runStatuses } from '@slipway/contracts';
import { makeProgress, type RunView } from '@slipway/runs';
import { describe, expect, it } from 'vitest';
import type { HolderState } from '../holder/holder-state.ts';
import { isAtWork, isInstallDue, runPhase, runText } from './run-phase.ts';

const HELD: HolderState = { name: 'held', holderId: 'a', epoch: 1 };

const view = (status: RunStatus, fields: Partial<RunView> = {}): RunView => ({
  report: { ...makeRunReport(null, null, { facts: NO_FACTS, ports: [], previewUrl: null, cause: null }), status },
  work: undefined,
  progress: undefined,
  ended: undefined,
  restarts: 0,
  need: 'none',
  scripts: [],
  tasks: [],
  ...fields,
});

describe('what the bar says of a run', () => {
  it('RN-10 has a phase and a sentence for every status', () => {
    const phases = runStatuses.map((status) => [status, runPhase(HELD, view(status))]);
    expect(Object.fromEntries(phases)).toEqual({
      IDLE: 'idle',
      STARTING: 'starting',
      RUNNING: 'running',
      DEAD: 'ended',
      UNKNOWN: 'unknown',
      BUILDING: 'building',
      INSTALLING: 'installing',
      SUCCESS: 'succeeded',
      FAILED: 'ended',
    });
    for (const status of runStatuses) expect(runText(runPhase(HELD, view(status)), view(status))).not.toBe('');
    expect(runStatuses.filter((status) => isAtWork(runPhase(HELD, view(status))))).toEqual([
      'STARTING',
      'RUNNING',
      'BUILDING',
      'INSTALLING',
    ]);
  });

  it('says the install’s counts, the cause and the exit code in the words of the thing itself', () => {
    const installing = view('STARTING', {
      work: 'npm install',
      progress: { ...makeProgress(9), fetched: 2, current: 'a' },
    });
    expect(runText(runPhase(HELD, installing), installing)).toBe('Installing packages: 2 of 9 packages fetched, a');
    const ended = view('DEAD', { ended: { work: 'npm run dev', code: 7 } });
    expect(runText('ended', ended)).toBe('npm run dev ended with code 7');
    expect(runText('ended', view('DEAD', { ended: { work: 'npm run dev', code: null } }))).toBe(
      'npm run dev was ended by a signal',
    );
  });

  it('RN-17 a tab that has not the project says so, whatever its own last run was', () => {
    const elsewhere: HolderState = { name: 'elsewhere', kind: 'tab', epoch: 2, alive: true };
    expect(runPhase(elsewhere, view('RUNNING'))).toBe('elsewhere');
    expect(runPhase({ name: 'joining' }, undefined)).toBe('joining');
    expect(runPhase(HELD, undefined)).toBe('idle');
  });

  it('RN-05 offers an install where it would not come by itself', () => {
    expect(isInstallDue('running', 'changed')).toBe(true);
    expect(isInstallDue('idle', 'changed')).toBe(true);
    // A program that runs without its packages; the next run would install them unasked.
    expect(isInstallDue('running', 'missing')).toBe(true);
    expect(isInstallDue('installing', 'missing')).toBe(false);
    expect(isInstallDue('running', 'none')).toBe(false);
    expect(isInstallDue('idle', undefined)).toBe(false);
  });
});
