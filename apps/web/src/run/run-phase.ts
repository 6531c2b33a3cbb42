import { RUN_PORT } from '@slipway/contracts';
import { progressText, type RunView } from '@slipway/runs';
import type { HolderState } from '../holder/holder-state.ts';

/** What the IDE shows of a run: a status in words of a person, never kept anywhere. */
export type RunPhase =
  | 'joining'
  | 'elsewhere'
  | 'idle'
  | 'installing'
  | 'starting'
  | 'running'
  | 'building'
  | 'ended'
  | 'succeeded'
  | 'unknown';

/** The phase, from who has the project and how its run is. Pure. */
export function runPhase(holder: HolderState, view: RunView | undefined): RunPhase {
  if (holder.name !== 'held') return holder.name;
  switch (view?.report.status) {
    case undefined:
    case 'IDLE':
      return 'idle';
    case 'STARTING':
      return view?.progress !== undefined ? 'installing' : 'starting';
    case 'RUNNING':
      return 'running';
    case 'BUILDING':
      return view?.progress !== undefined ? 'installing' : 'building';
    case 'INSTALLING':
      return 'installing';
    case 'DEAD':
    case 'FAILED':
      return 'ended';
    case 'SUCCESS':
      return 'succeeded';
    case 'UNKNOWN':
      return 'unknown';
  }
}

/** Then the bar has a button that stops it. */
export function isAtWork(phase: RunPhase): boolean {
  return phase === 'installing' || phase === 'starting' || phase === 'running' || phase === 'building';
}

/** One sentence for the bar. Pure. */
export function runText(phase: RunPhase, view: RunView | undefined, online = true): string {
  switch (phase) {
    case 'joining':
      return online ? 'Asking who has the project…' : 'Offline: a run needs the server';
    case 'elsewhere':
      return 'Open in another tab';
    case 'idle':
      return 'Not running. Press “Run”.';
    case 'installing':
      return view?.progress === undefined
        ? 'Installing packages…'
        : `Installing packages: ${progressText(view.progress)}`;
    case 'starting':
      return view?.report.cause?.split(':')[0] ?? 'Starting the dev server…';
    case 'running':
      return `Running on port ${RUN_PORT}`;
    case 'building':
      return 'Building…';
    case 'ended':
      return view?.ended === undefined ? 'The last run is gone' : endText(view.ended);
    case 'succeeded':
      return view?.ended === undefined ? 'Done' : `${view.ended.work} is done`;
    case 'unknown':
      return 'It cannot be told whether it runs';
  }
}

/** Null is a program that a signal ended: it has no exit code. */
export function endText({ work, code }: NonNullable<RunView['ended']>): string {
  return code === null ? `${work} was ended by a signal` : `${work} ended with code ${code}`;
}

/**
 * Whether an install is to be offered. What is missing altogether is installed by the next run, unasked;
 * a program that runs without it is the one case in which nobody would say so.
 */
export function isInstallDue(phase: RunPhase, need: RunView['need'] | undefined): boolean {
  return need === 'changed' || (need === 'missing' && phase === 'running');
}
