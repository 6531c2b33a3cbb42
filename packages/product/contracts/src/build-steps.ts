/** The parts of a build, in their order (P-31). */
export const buildStepNames = ['hydrate', 'install', 'build', 'collect', 'publish'] as const;

/** One of `buildStepNames`. */
export type BuildStepName = (typeof buildStepNames)[number];
