import { createSandboxDriver } from '@slipway/sandboxes';
import { describeSandboxDriver } from '@slipway/sandboxes/testing';
import { listProcessesOf } from '../processes/process-tree.ts';
import { foldersOf } from '../processes/sandbox-folder.ts';
import { createLocalMachines, LOCAL_PREFIX } from './local-machines.ts';

const ownFolders = (): string[] => foldersOf(LOCAL_PREFIX).filter((folder) => folder.includes(`_${process.pid}_`));

describeSandboxDriver(
  'local',
  (checkpoints, progress) => createSandboxDriver({ machines: createLocalMachines(), checkpoints, progress }),
  { remains: () => ownFolders().length + listProcessesOf(`_${process.pid}_`).length, cycles: 20 },
);
