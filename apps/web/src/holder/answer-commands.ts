import { type CommandAnswer, commandLimits, type HolderCommand, type HolderFence } from '@slipway/contracts';
import { messageOf } from '../api/api-error.ts';

/** An id that was seen so long ago cannot come again: its command is over. */
const KEPT_IDS = 500;

/** A reason that whoever asked is told by its code. */
interface CodedError {
  readonly code: string;
  readonly message: string;
}

/**
 * Does what commands ask for, each id once, and posts what came of it. `perform` gives what is sent as
 * JSON; `post` says it to the server.
 */
export function makeAnswerer(
  perform: (command: HolderCommand) => Promise<unknown>,
  post: (commandId: string, fence: HolderFence, answer: CommandAnswer) => Promise<unknown>,
): (command: HolderCommand) => void {
  const seen = new Set<string>();
  const work = async (command: HolderCommand): Promise<void> => {
    const { id, holderId, epoch } = command;
    const answer = await perform(command).then(encode, refusal);
    await post(id, { holderId, epoch }, answer);
  };
  return (command) => {
    // Over, or delivered again by a stream that was opened anew.
    if (command.remainingMs === 0 || seen.has(command.id)) return;
    seen.add(command.id);
    for (const old of seen) {
      if (seen.size <= KEPT_IDS) break;
      seen.delete(old);
    }
    work(command).catch((error: unknown) => console.warn(`Cannot answer "${command.verb}":`, error));
  };
}

function encode(value: unknown): CommandAnswer {
  const text = JSON.stringify(value ?? null);
  // In the body that carries it every quote takes two characters.
  return text.length * 2 < commandLimits.answerBytes
    ? { ok: true, value: text }
    : { ok: false, code: 'TOO_LARGE', message: 'Cannot answer: the answer is larger than an answer may be' };
}

function refusal(error: unknown): CommandAnswer {
  const { code } = error as Partial<CodedError>;
  const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : 'FAILED';
  return { ok: false, code: known, message: messageOf(error).replaceAll('\0', '').toWellFormed().slice(0, 2000) };
}
