/** The runtime is a set of pages and workers (see `build.ts`); nobody imports it. */
export {};
