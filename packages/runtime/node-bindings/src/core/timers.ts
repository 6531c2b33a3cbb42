import type { Foreign, Realm } from '../realm/realm.ts';
import type { EventLoop } from '../loop/create-loop.ts';

/**
 * internalBinding('timers'). Reference: src/timers.cc. lib keeps all timers in lists of its own and asks for one:
 * the next.
 */
export function createTimersBinding(realm: Realm): Foreign {
  const loop = realm.loop as EventLoop;
  return {
    setupTimers(processImmediate: () => void, processTimers: (now: number) => number) {
      // C++ calls both on `process`: stack traces say "process.processTimers".
      loop.bindTimers(
        () => {
          Reflect.apply(processImmediate, realm.process, []);
        },
        (now) => Reflect.apply(processTimers, realm.process, [now]) as number,
      );
    },
    // GetLibuvNow, whole milliseconds. uv_now stands still within an iteration; this one moves on.
    getLibuvNow: () => loop.now(),
    scheduleTimer: (ms: number) => loop.scheduleTimer(ms),
    // Whether anything keeps the loop alive is read from the two arrays; a change only has to wake it.
    toggleTimerRef: () => loop.wake(),
    toggleImmediateRef: () => loop.wake(),
    immediateInfo: loop.immediateInfo,
    timeoutInfo: loop.timeoutInfo,
  };
}
