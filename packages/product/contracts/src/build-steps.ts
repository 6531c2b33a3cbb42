/** The parts of a build, in their order (P-31). */
export const buildStepNames = ['hydrate', 'install', 'build', 'collect', 'publish'] as const;

/** A step's name in its row, in events and in heartbeats. */
export type BuildStepName = (typeof buildStepNames)[number];
