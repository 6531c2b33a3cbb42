import type { Replies } from '../contract/messages.ts';
import type { ProcessTable } from './process-table.ts';
import { fitsReply } from '../memory/reply-page.ts';

/** So that an answer need not be measured again and again to find what fits. */
const MOST_TOLD = 128;
/** What others see of a command line: Linux's /proc/<pid>/cmdline was one page long. */
const MOST_ARGUMENT_CHARACTERS = 4096;

/**
 * As many processes above pid `after` as an answer holds, and at least one; the
 * caller asks again for those that follow.
 */
export function describeProcesses(table: ProcessTable, after: number): Replies['processes'] {
  const all = table.info(after).map((info) => ({ ...info, argv: shortened(info.argv) }));
  let count = Math.min(all.length, MOST_TOLD);
  const answer = (): Replies['processes'] => ({ errno: 0, processes: all.slice(0, count), more: count < all.length });
  while (count > 1 && !fitsReply(answer())) count >>= 1;
  return answer();
}

function shortened(argv: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let left = MOST_ARGUMENT_CHARACTERS;
  for (const argument of argv) {
    if (left <= 0) break;
    shown.push(argument.slice(0, left));
    left -= argument.length + 1;
  }
  return shown;
}
