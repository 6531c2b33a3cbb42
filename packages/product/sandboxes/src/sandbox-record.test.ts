import { sandboxConfig } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { makeRecord, nextRecord, reportOf } from './sandbox-record.ts';
import { nextStatus, sandboxEvents, sandboxStatuses, statusesBefore } from './sandbox-status.ts';

const made = makeRecord('one', sandboxConfig.parse({}), 1000);

describe('the record of a sandbox', () => {
  it('SB-01 begins with two cores and 2048 MiB', () => {
    expect(made).toMatchObject({
      id: 'one',
      status: 'created',
      createdAtMs: 1000,
      config: { cpu: 2, memoryMiB: 2048 },
    });
  });

  it('SB-03 tells uptime from its start to its end, and the exit code', () => {
    expect(reportOf(made, 5000).uptimeMs).toBeNull();
    const running = nextRecord(made, 'start', { atMs: 2000 })!;
    expect(reportOf(running, 5000)).toMatchObject({ status: 'running', startedAtMs: 2000, uptimeMs: 3000 });
    const ended = nextRecord(running, 'end', { atMs: 6000, exitCode: 137, problem: 'it was killed' })!;
    expect(reportOf(ended, 9000)).toMatchObject({
      status: 'exited',
      uptimeMs: 4000,
      exitCode: 137,
      problem: 'it was killed',
    });
    const destroyed = nextRecord(ended, 'destroy', { atMs: 7000 })!;
    expect(destroyed).toMatchObject({ status: 'destroyed', endedAtMs: 6000, exitCode: 137, problem: 'it was killed' });
    expect(nextRecord(destroyed, 'restore', { atMs: 8000 })).toEqual(makeRecord('one', made.config, 8000));
  });

  it('SB-04 has one door: what has no meaning changes nothing', () => {
    const meant = sandboxStatuses.flatMap((status) =>
      sandboxEvents.filter((event) => nextStatus(status, event) !== undefined).map((event) => `${status} ${event}`),
    );
    expect(meant).toEqual([
      'created start',
      'created end',
      'created destroy',
      'created restore',
      'running end',
      'running destroy',
      'running restore',
      'exited destroy',
      'exited restore',
      'destroyed restore',
    ]);
    expect(nextRecord(made, 'start', { atMs: 1 })).toBeDefined();
    expect(nextRecord({ ...made, status: 'destroyed' }, 'start', { atMs: 1 })).toBeUndefined();
    expect(statusesBefore('destroy')).toEqual(['created', 'running', 'exited']);
  });
});
