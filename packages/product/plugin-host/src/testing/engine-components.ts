import { buildAssemblyScript, buildGuest, buildJavaScript, NOTING_GUEST } from './build-guests.ts';

/** By the length of the event's type: traps, loops, recurses, grows, or makes NaNs and logs them. */
const HOSTILE_GUEST = {
  more: `(func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
    (func $cut (param f64) (result f64) (f64.sqrt (f64.sub (local.get 0) (f64.const 1e9))))`,
  handle: `
    (if (i32.eq (local.get $tl) (i32.const 1)) (then unreachable))
    (if (i32.eq (local.get $tl) (i32.const 2)) (then (loop (br 0))))
    (if (i32.eq (local.get $tl) (i32.const 3)) (then (drop (call $deep (i32.const 0)))))
    (if (i32.eq (local.get $tl) (i32.const 4))
      (then (loop (br_if 0 (i32.ne (memory.grow (i32.const 100)) (i32.const -1)))) unreachable))
    (f64.store (i32.const 256) (call $cut (f64.const 0)))
    (i32.store8 (i32.const 300) (i32.add (i32.const 48) (i32.shr_u (i32.load8_u (i32.const 263)) (i32.const 6))))
    (call $log (i32.const 1) (i32.const 300) (i32.const 1))
    (i32.const 16)`,
} as const;

/** All components of the table of engines, compiled from their sources. */
export async function buildEngineComponents(): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  return {
    wat: await buildGuest(NOTING_GUEST),
    hostile: await buildGuest(HOSTILE_GUEST),
    assemblyscript: await buildAssemblyScript('link-counter'),
    javascript: await buildJavaScript('checklist'),
  };
}
