import type { Realm } from '../realm/realm.ts';
import { processOptions } from '../system/env-files.ts';

/** `--trace-exit`: who ended this thread. Reference: Environment::Exit, src/env.cc. */
export function traceExit(realm: Realm, code: number): void {
  if (!processOptions(realm).values.boolean('--trace-exit')) return;
  const { start, descriptors } = realm.sys;
  const thread = start.thread === undefined ? '' : `, thread:${start.thread.threadId}`;
  const holder: { stack?: string } = {};
  // From the caller of this function on; no Error is made, whose message would have to be cut off.
  (Error as unknown as { captureStackTrace(holder: object, above: unknown): void }).captureStackTrace(
    holder,
    traceExit,
  );
  const frames = (holder.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
  descriptors.write(
    2,
    new realm.host.classes.TextEncoder().encode(
      `(node:${start.pid}${thread}) WARNING: Exited the environment with code ${code}\n${frames}\n`,
    ),
    null,
  );
}
