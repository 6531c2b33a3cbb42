import { randomUUID } from 'node:crypto';
import {
  apiPaths,
  type ClaimHolderResponse,
  type CommandAnswer,
  type HolderCommand,
  type HolderFence,
  serverEvent,
} from '@slipway/contracts';
import { open, type TestServer } from '../../testing.ts';

/** A holder that speaks HTTP as a tab does: it claims, follows the stream, and answers what it is asked. */
export interface TestHolder {
  readonly fence: HolderFence;
  /** Every command that came for it, in order. */
  readonly heard: HolderCommand[];
  /** From now on what is asked gets this answer; undefined: none. */
  respond: ((command: HolderCommand) => CommandAnswer | undefined) | undefined;
  answer(command: Pick<HolderCommand, 'id'>, answer: CommandAnswer): Promise<number>;
  close(): void;
}

/** `takeOver`: also when somebody else has the project. */
export async function openHolder(
  tested: TestServer,
  token: string,
  projectId: string,
  takeOver = false,
): Promise<TestHolder> {
  const stream = await open(tested.server.port, 'GET', apiPaths.events, { token });
  const path = takeOver ? apiPaths.takeOverHolder(projectId) : apiPaths.holder(projectId);
  const claimed = await tested.callApi('POST', path, { token, json: { holderId: randomUUID(), kind: 'tab' } });
  if (claimed.status !== 200) throw new Error(`Cannot claim the project: ${claimed.text}`);
  const { holderId, epoch } = claimed.json<ClaimHolderResponse>().holder;
  const fence = { holderId, epoch };
  const holder: TestHolder = {
    fence,
    heard: [],
    respond: undefined,
    answer: async ({ id }, answer) =>
      (await tested.callApi('POST', apiPaths.commandAnswer(projectId, id), { token, json: { ...fence, answer } }))
        .status,
    close: () => stream.destroy(),
  };
  let text = '';
  // The test ends it, which the stream calls an error.
  stream.on('error', () => stream.destroy());
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      const event = serverEvent.parse(JSON.parse(data));
      if (event.type !== 'command' || event.command.holderId !== holderId || event.command.epoch !== epoch) continue;
      holder.heard.push(event.command);
      const answer = holder.respond?.(event.command);
      if (answer) void holder.answer(event.command, answer);
    }
  });
  return holder;
}
