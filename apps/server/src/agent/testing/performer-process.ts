import { openPerformer } from './open-performer.ts';

/** A process that performs sessions until it is killed: `performer-process.ts DATABASE_URL PROVIDERS_FILE`. */
const [databaseUrl = '', providersFile = ''] = process.argv.slice(2);
await openPerformer(databaseUrl, providersFile);
process.stdout.write('performing\n');
