import { isOutsideName, type Question } from '@slipway/agent';

/** A command that was allowed for good holds in the sessions that are made later, too; all else in this one alone. */
export const alwaysText = ({ tool }: Pick<Question, 'tool'>): string =>
  tool === 'Run' ? 'Always in this project' : 'Always in this session';

/** Secrets and what says how agents work are asked about every time. */
export const canAlways = ({ tool, why }: Question): boolean =>
  tool === 'Run' || isOutsideName(tool) || ((tool === 'Write' || tool === 'Edit') && why.startsWith('it changes'));
