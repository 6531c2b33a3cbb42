/** The environment entry by which a shell hands itself to a subshell in another worker. No script sees it. */
export const SUBSHELL_VARIABLE = 'SLIPWAY_SUBSHELL';
