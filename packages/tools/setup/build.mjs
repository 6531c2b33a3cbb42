/**
 * `node packages/tools/setup/build.mjs`: all that server and worker run, built, and no browser looked for: the step of
 * a container's image, whose worker gets its browser in another layer.
 */
import { prepare, withMessages } from './steps.mjs';

await withMessages(() => prepare('product', { browser: false }));
