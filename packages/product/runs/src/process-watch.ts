import type { OpenPort, ProcessInfo } from '@slipway/wire';
import type { RunControl } from './run-control.ts';

/** The container's tables of processes and ports, as it last told them. */
export interface ProcessWatch {
  processes(): readonly ProcessInfo[];
  ports(): readonly OpenPort[];
  /**
   * Resolves when everything that the container had said by now has arrived; rejects when it does not
   * answer: then its tables say nothing any more.
   */
  settle(): Promise<void>;
  close(): void;
}

/** The container tells every change of either table, the processes at most ten times a second. */
export function watchProcesses(control: RunControl, onChange: () => void): ProcessWatch {
  let processes: readonly ProcessInfo[] = [];
  let ports: readonly OpenPort[] = [];
  const stops = [
    control.on('processes', (event) => {
      ({ processes } = event);
      onChange();
    }),
    control.on('ports', (event) => {
      ({ ports } = event);
      onChange();
    }),
  ];
  return {
    processes: () => processes,
    ports: () => ports,
    settle: async () => void (await control.inspect()),
    close: () => {
      for (const stop of stops) stop();
    },
  };
}
