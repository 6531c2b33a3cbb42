import type { ServerEvent } from '@slipway/contracts';
import type { DbOrTx } from '../../connection/database.ts';
import { readCommand } from '../runs/read-command.ts';
import { readBuildLog } from '../publish/read-build-log.ts';
import type { StoredEvent } from './publish-event.ts';

/**
 * What a stored event says on the wire. The lines of a `log` event are read here,
 * a page at a time, so that one event is several where its range is more than one
 * may hold (SV-05); they come in order, and at least one comes.
 */
export async function* expandEvent(db: DbOrTx, ownerId: string, event: StoredEvent): AsyncGenerator<ServerEvent> {
  switch (event.type) {
    case 'build':
      yield { type: 'build', message: event.payload.message, build: event.payload.build };
      return;
    case 'project':
      yield { type: 'project', projectId: event.payload.projectId, revision: event.payload.revision };
      return;
    case 'holder':
      yield { type: 'holder', projectId: event.payload.projectId, holder: event.payload.holder };
      return;
    case 'command': {
      const { commandId, ...command } = event.payload;
      const waiting = (await readCommand(db, ownerId, commandId)) ?? { body: '', remainingMs: 0 };
      yield { type: 'command', command: { id: commandId, ...command, ...waiting } };
      return;
    }
    case 'fact':
      return;
    case 'log': {
      const { buildId, projectId, from, to } = event.payload;
      let after: number | null = from - 1;
      while (after !== null) {
        const page = await readBuildLog(db, ownerId, buildId, after, to);
        yield { type: 'log', buildId, projectId, lines: page.lines };
        after = page.next;
      }
    }
  }
}
