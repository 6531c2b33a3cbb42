import type { Applet } from '../applet.ts';
import { killProcesses } from '../kill-processes.ts';

/** XCU kill as a file, for `env kill` and `/bin/kill`; a shell's own knows `%job` as well. */
export const kill: Applet = (context, args) =>
  killProcesses(context.sys, args, {
    line: (text) => context.out.line(text),
    complain: (text) => {
      context.fail(text);
    },
  });
