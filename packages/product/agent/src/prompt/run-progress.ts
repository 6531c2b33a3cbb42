import type { PromptCall } from './conversation.ts';
import type { AgentEvent, Answer } from '../session/session-events.ts';

/** How far a run has come, out of its log: what its next performer goes on with after a crash or an answer. */
export interface RunProgress {
  /** The last turn that began; 0: none. */
  readonly turn: number;
  /** It was told whole, so that its calls are to be made; a turn that was cut short counts for nothing. */
  readonly told: boolean;
  readonly closed: boolean;
  /** Calls of the turn that have no result, in order. */
  readonly open: readonly PromptCall[];
  /** Every call of the run, in order, the open ones too. */
  readonly calls: readonly PromptCall[];
  /** What people said about calls, by the call's id. */
  readonly answers: ReadonlyMap<string, Answer>;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Reads the events of one run; those of others are passed over. */
export function runProgress(events: readonly AgentEvent[], runId: string): RunProgress {
  let turn = 0;
  let told = false;
  let closed = true;
  let ofTurn: PromptCall[] = [];
  const calls: PromptCall[] = [];
  const results = new Set<string>();
  const answers = new Map<string, Answer>();
  let inputTokens = 0;
  let outputTokens = 0;
  for (const event of events) {
    if (event.runId !== runId) continue;
    switch (event.type) {
      case 'TurnStart':
        ({ turn } = event);
        told = false;
        closed = false;
        ofTurn = [];
        break;
      case 'ToolCallDone':
        ofTurn.push({ id: event.id, name: event.name, arguments: event.arguments });
        break;
      case 'Usage':
        told = true;
        calls.push(...ofTurn);
        inputTokens += event.input_tokens;
        outputTokens += event.output_tokens;
        break;
      case 'ToolResult':
        results.add(event.id);
        break;
      case 'Answered':
        answers.set(event.callId, event.answer);
        break;
      case 'TurnEnd':
        closed = true;
        break;
      default:
    }
  }
  const open = told && !closed ? ofTurn.filter(({ id }) => !results.has(id)) : [];
  return { turn, told, closed, open, calls, answers, inputTokens, outputTokens };
}
