import type { AgentEvent } from '../session/session-events.ts';

/** Ids are ours, since not every provider's are unique. */
export interface PromptCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

/** The answer to the call with this `id`, which providers want back as they gave it. */
export interface PromptResult {
  readonly id: string;
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

/** No provider's own shape: `toModelMessage` gives it the SDK's. */
export type PromptMessage =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly PromptCall[] }
  | { readonly role: 'tool'; readonly results: readonly PromptResult[] };

/** What a model is told of a call that was never made: every call of a prompt needs a result. */
export const NOT_MADE = 'This call was not made: the run ended before it';

interface OpenTurn {
  text: string;
  readonly calls: PromptCall[];
  readonly results: Map<string, PromptResult>;
  counts: boolean;
}

const newTurn = (): OpenTurn => ({ text: '', calls: [], results: new Map(), counts: false });

/**
 * The history of a session as a model gets it, out of its log: from the last summary on, turns that were told whole
 * (with their `Usage`), each call with its result. What a broken stream left behind is for people to see, and is not
 * repeated to the model.
 */
export function buildConversation(events: readonly AgentEvent[]): PromptMessage[] {
  const messages: PromptMessage[] = [];
  let turn = newTurn();
  const close = (): void => {
    if (turn.counts && (turn.text !== '' || turn.calls.length > 0)) {
      messages.push({ role: 'assistant', text: turn.text, calls: turn.calls });
      if (turn.calls.length > 0)
        messages.push({
          role: 'tool',
          results: turn.calls.map(({ id, name }) => turn.results.get(id) ?? { id, name, ok: false, text: NOT_MADE }),
        });
    }
    turn = newTurn();
  };
  const say = (text: string): void => {
    close();
    const last = messages.at(-1);
    // Providers want people and models to take turns.
    if (last?.role === 'user') messages[messages.length - 1] = { role: 'user', text: `${last.text}\n\n${text}` };
    else messages.push({ role: 'user', text });
  };
  for (const event of events) {
    switch (event.type) {
      case 'RunStart':
        say(event.input);
        break;
      case 'Message':
        say(event.text);
        break;
      case 'Summary':
        close();
        messages.length = 0;
        messages.push({ role: 'user', text: `What was said and done so far, in short:\n\n${event.text}` });
        break;
      case 'TurnStart':
        close();
        break;
      default:
        addToTurn(turn, event);
    }
  }
  close();
  return messages;
}

function addToTurn(turn: OpenTurn, event: AgentEvent): void {
  switch (event.type) {
    case 'TextDone':
      turn.text += turn.text === '' ? event.text : `\n\n${event.text}`;
      break;
    case 'ToolCallDone':
      turn.calls.push({ id: event.id, name: event.name, arguments: event.arguments });
      break;
    case 'Usage':
      turn.counts = true;
      break;
    case 'ToolResult': {
      const call = turn.calls.find(({ id }) => id === event.id);
      if (call) turn.results.set(event.id, { id: event.id, name: call.name, ok: event.ok, text: event.text });
      break;
    }
    default:
  }
}
