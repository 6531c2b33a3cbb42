/** Where a sandbox is: made, in use, ended by itself or by `stop`, taken away. */
export type SandboxStatus = 'created' | 'running' | 'exited' | 'destroyed';
