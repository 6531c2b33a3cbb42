/** What may differ between two runs of one program without being a difference. */
import type { RunResult } from './run-node.ts';

/** They differ from run to run, so outputs are compared without them. */
export function withoutPids(result: RunResult): RunResult {
  return { ...result, stderr: result.stderr.replace(/\(node:\d+\)/g, '(node:PID)') };
}

/** Stack frames: those of lib's own loops differ where a callback has a macrotask of its own. */
export function withoutFrames(result: RunResult): RunResult {
  const strip = (text: string) => text.replace(/^ +at .*\n/gm, '').replace(/ at .*\/\S+:\d+:\d+\)?/g, '');
  return withoutPids({ ...result, stdout: strip(result.stdout), stderr: strip(result.stderr) });
}
