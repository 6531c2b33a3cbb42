import { randomUUID } from 'node:crypto';
import { type CommandAnswer, commandAnswer, type CommandVerb } from '@slipway/contracts';
import { type Db, readAnswer, sendCommand } from '@slipway/db';
import type { EventHub } from '../events/event-hub.ts';
import type { Lanes } from '../http/lanes.ts';

export type AskResult =
  | { outcome: 'answered'; answer: CommandAnswer }
  /** The project is open nowhere, or its holder went before it answered. */
  | { outcome: 'no-holder' }
  /** It lives and did not answer in time, or nothing that has a meaning. */
  | { outcome: 'silent' }
  | { outcome: 'too-many' }
  | { outcome: 'missing' };

/** `askers` bounds how many requests of one owner, and of all, wait for holders at once. */
export interface AskServices {
  db: Db;
  /** Answers are looked for on the streams' pool: a request that waits for a lock must not make others wait. */
  eventsDb: Db;
  events: EventHub;
  askers: Lanes;
}

/**
 * Has the holder of a project do something, and waits for its answer (RN-15). While it waits it holds
 * no connection and no transaction: NOTIFY wakes it, the lease and the deadline end it.
 */
export async function askHolder(
  services: AskServices,
  owner: string,
  question: { projectId: string; verb: CommandVerb; body: unknown; deadlineMs: number },
): Promise<AskResult> {
  return (await services.askers.run(owner, () => ask(services, owner, question))) ?? { outcome: 'too-many' };
}

/** The answer is a row: events only wake this, and one that is lost costs no more than the time until the next look. */
async function ask(
  { db, eventsDb, events }: AskServices,
  owner: string,
  { projectId, verb, body, deadlineMs }: { projectId: string; verb: CommandVerb; body: unknown; deadlineMs: number },
): Promise<AskResult> {
  const id = randomUUID();
  // Before the command is sent: an answer that comes at once is heard.
  const subscription = events.subscribe(owner);
  try {
    const sent = await sendCommand(db, owner, { id, projectId, verb, body: JSON.stringify(body), deadlineMs });
    if (sent.outcome !== 'sent') return sent;
    for (;;) {
      const read = await readAnswer(eventsDb, owner, id);
      switch (read.outcome) {
        case 'answered':
          return parseAnswer(read.answer);
        case 'holder-lost':
          return { outcome: 'no-holder' };
        case 'deadline':
          return { outcome: 'silent' };
        case 'missing':
          // The question's row went with its project, which was deleted while the holder was asked.
          return { outcome: 'missing' };
        case 'waiting':
          if ((await subscription.next(read.lookInMs)) === 'closed') return { outcome: 'silent' };
      }
    }
  } finally {
    subscription.close();
  }
}

function parseAnswer(text: string): AskResult {
  const parsed = commandAnswer.safeParse(JSON.parse(text));
  return parsed.success ? { outcome: 'answered', answer: parsed.data } : { outcome: 'silent' };
}
