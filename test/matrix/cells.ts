import type { Cell } from './cell.ts';
import { BUNDLERS } from './cells/bundlers.ts';
import { META_FRAMEWORKS } from './cells/meta-frameworks.ts';
import { REFUSED } from './cells/refused.ts';
import { SERVERS } from './cells/servers.ts';
import { SITES } from './cells/sites.ts';
import { TOOLS } from './cells/tools.ts';

/** All cells, frameworks first. */
export const CELLS: readonly Cell[] = [...META_FRAMEWORKS, ...SITES, ...SERVERS, ...TOOLS, ...BUNDLERS, ...REFUSED];
