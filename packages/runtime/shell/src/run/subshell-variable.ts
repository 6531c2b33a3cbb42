/**
 * The environment entry by which a shell hands itself to a subshell in another
 * worker. No script sees it: it is taken out before the first command runs.
 */
export const SUBSHELL_VARIABLE = 'SLIPWAY_SUBSHELL';
