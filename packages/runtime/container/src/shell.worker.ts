/** A worker that becomes one process of the shell image. */
import { runShell } from '@slipway/shell';
import { awaitStart } from './process-entry.ts';

awaitStart((sys) => {
  try {
    runShell(sys);
  } catch (error) {
    sys.descriptors.write(
      2,
      new TextEncoder().encode(
        `${sys.start.argv[0] ?? 'sh'}: internal error: ${error instanceof Error ? error.message : String(error)}\n`,
      ),
      null,
    );
    sys.kernel.post({ type: 'exit', status: { code: 2, signal: null } });
  }
});
