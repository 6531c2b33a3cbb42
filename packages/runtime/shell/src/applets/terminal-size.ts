import type { ProcessSystem } from '@slipway/kernel';
import type { AppletContext } from './applet.ts';

/**
 * Columns and rows stand in the first two words of a terminal's page (kernel/pty.ts), where
 * the host writes them at any time; asking costs no message. `undefined` without a terminal.
 */
export function terminalSize(sys: ProcessSystem): { columns: number; rows: number } | undefined {
  for (const fd of [1, 2, 0]) {
    const descriptor = sys.descriptors.get(fd);
    if (descriptor?.kind !== 'stream' || descriptor.end.tty === undefined) continue;
    const words = new Int32Array(descriptor.end.tty, 0, 2);
    return { columns: Atomics.load(words, 0) || 80, rows: Atomics.load(words, 1) || 24 };
  }
  return undefined;
}

/** COLUMNS, else the terminal, else 80, as XBD 8.3 has it. */
export function terminalColumns({ sys, env }: AppletContext): number {
  const given = Number(env['COLUMNS']);
  return given > 0 ? given : (terminalSize(sys)?.columns ?? 80);
}
