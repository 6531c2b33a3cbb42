import type { ControlClient } from '@slipway/embed';

/** What a driver needs of a container: the control port's requests, and the tables of processes and ports. */
export type RunControl = Pick<ControlClient, 'run' | 'signal' | 'inspect' | 'on'>;
