import { describe, expect, it } from 'vitest';
import { type Heartbeat, HeartbeatMonitor, type HeartbeatOptions, postHeartbeats } from './heartbeat.ts';
import { ManualClock } from './testing/manual-clock.ts';

function watch(more: Partial<HeartbeatOptions> = {}) {
  const clock = new ManualClock();
  const seen = { beats: [] as Heartbeat[], timeouts: [] as object[], problems: [] as string[] };
  const monitor = new HeartbeatMonitor({
    taskId: 'task',
    totalSteps: 5,
    clock,
    measure: async () => ({ cpuUsage: 1.5, memoryUsage: 200, diskUsage: 3 }),
    onBeat: (beat) => seen.beats.push(beat),
    onTimeout: (timeout) => seen.timeouts.push(timeout),
    onProblem: (problem) => seen.problems.push(problem instanceof Error ? problem.message : String(problem)),
    ...more,
  });
  return { clock, monitor, ...seen };
}

describe('a heartbeat', () => {
  it('HB-01 comes every 30 s with step, use and last activity', async () => {
    const { clock, monitor, beats } = watch();
    const began = clock.now();
    monitor.step(2);
    await clock.advance(60_000);
    expect(beats).toEqual(
      [30_000, 60_000].map((ms) => ({
        taskId: 'task',
        timestamp: began + ms,
        currentStep: 2,
        totalSteps: 5,
        cpuUsage: 1.5,
        memoryUsage: 200,
        diskUsage: 3,
        lastActivity: began,
      })),
    );
    monitor.stop();
  });

  it('HB-02 a task that beats and gets no further times out after 90 s, and says where', async () => {
    const { clock, monitor, beats, timeouts } = watch();
    monitor.step(3);
    await clock.advance(89_999);
    expect(timeouts).toEqual([]);
    await clock.advance(1);
    expect(timeouts).toEqual([{ taskId: 'task', timeSinceLastActivity: 90_000, currentStep: 3 }]);
    expect(beats.length).toBeGreaterThan(1);
    monitor.stop();
  });

  it('HB-02 progress counts, the same step again does not', async () => {
    const { clock, monitor, timeouts } = watch({ timeoutMs: 100 });
    for (let at = 0; at < 10; at++) {
      await clock.advance(99);
      monitor.progress();
    }
    expect(timeouts).toEqual([]);
    monitor.step(1);
    await clock.advance(60);
    monitor.step(1);
    await clock.advance(40);
    expect(timeouts).toHaveLength(1);
    monitor.stop();
  });

  it('HB-03 one stall is told once; a second one after progress again', async () => {
    const { clock, monitor, timeouts } = watch({ timeoutMs: 100 });
    await clock.advance(10_000);
    expect(timeouts).toHaveLength(1);
    monitor.progress();
    await clock.advance(10_000);
    expect(timeouts).toHaveLength(2);
    monitor.stop();
  });

  it('HB-03 stop clears every timer and breaks off what is delivered', async () => {
    let aborted = false;
    const { clock, monitor, timeouts, problems } = watch({
      deliver: (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => ((aborted = true), reject(new Error('cut')))),
        ),
    });
    await clock.advance(30_000);
    expect(clock.waiting).toBe(3);
    monitor.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect({ waiting: clock.waiting, aborted }).toEqual({ waiting: 0, aborted: true });
    monitor.progress();
    await clock.advance(1e6);
    expect({ timeouts, problems }).toEqual({ timeouts: [], problems: [] });
  });

  it('HB-01 what cannot be measured or delivered within 5 s is told, and the next beat comes', async () => {
    let calls = 0;
    const { clock, monitor, problems } = watch({
      timeoutMs: 1e9,
      measure: async () => {
        if (++calls === 1) throw new Error('cannot measure');
        return { cpuUsage: 0, memoryUsage: 0, diskUsage: 0 };
      },
      deliver: () => new Promise(() => undefined),
    });
    await clock.advance(100_000);
    expect(problems).toEqual([
      'cannot measure',
      'Cannot deliver a heartbeat: no answer within 5000 ms',
      'Cannot deliver a heartbeat: no answer within 5000 ms',
    ]);
    monitor.stop();
  });

  it('HB-01 is posted as JSON, and an answer that is no success is a failed delivery', async () => {
    const posted: string[] = [];
    let status = 204;
    const deliver = postHeartbeats('http://beats.example/', async (url, body) => {
      posted.push(url, body);
      return { status };
    });
    const { clock, monitor, beats, problems } = watch({ deliver });
    await clock.advance(30_000);
    status = 503;
    await clock.advance(30_000);
    monitor.stop();
    expect([posted[0], JSON.parse(posted[1]!)]).toEqual(['http://beats.example/', beats[0]]);
    expect(problems).toEqual(['Cannot deliver a heartbeat: the answer was 503']);
  });
});
