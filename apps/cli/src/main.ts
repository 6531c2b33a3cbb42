/** The `slipway` command. */
import { runVerb } from './verb/run-verb.ts';
import { verbs } from './verbs.ts';

process.exitCode = await runVerb(process.argv.slice(2), verbs, process);
