import { isConnectionLoss, openDatabase } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { fencedTransaction } from '../fenced-transaction.ts';
import { takeTerm } from '../take-term.ts';
import { things } from './things.ts';

/**
 * A holder of its own process: takes the thing, writes half of what it wants to write and stops
 * there; its parent freezes it. When it goes on it says what became of the write, and ends.
 */
const [url, key, forUs] = process.argv.slice(2) as [string, string, string];
const database = openDatabase(url, { maxConnections: 2 });
const taken = await takeTerm(database.db, { kind: things, key }, 'frozen', { forUs: Number(forUs) });
if (taken.outcome !== 'taken') throw new Error(`Cannot take the thing: ${taken.outcome}`);
const held = { kind: things, key, term: taken.term };
const say = (word: string) => process.stdout.write(`${word}\n`);

const result = await fencedTransaction(database.db, held, {
  isConnectionLoss,
  body: async (tx) => {
    await tx.execute(sql`update things set said = 'frozen' where id = ${key}`);
    say('halfway');
    // The parent's SIGSTOP comes here, and its SIGCONT before the line on stdin.
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await tx.execute(sql`update things set said = 'woken' where id = ${key}`);
    return { outcome: 'written' };
  },
});
say(result.outcome);
// Without a goodbye: the driver would wait for the transaction whose session has ended.
process.exit(0);
