import { bundlePrograms } from '../packages/tools/setup/bundle.mjs';

/** What a test starts is what is in the sources now. */
export const setup = bundlePrograms;
