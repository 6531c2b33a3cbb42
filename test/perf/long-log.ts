import { randomUUID } from 'node:crypto';
import type { AgentEvent } from '@slipway/agent';

const ANSWER = `## What I found

The list is drawn by \`src/list.ts\`, which reads **all** of it at once:

\`\`\`ts
export function draw(items: readonly Item[]): void {
  for (const item of items) place.append(row(item));
}
\`\`\`

1. It is called for each key.
2. Nothing of what was there is kept.

| file | lines |
|---|---|
| \`src/list.ts\` | 120 |
| \`src/row.ts\` | 48 |
`;

/** So many events of runs with reads, edits and answers, as the log of a session has them without pieces. */
export function longLog(length: number, end: string): AgentEvent[] {
  const log: AgentEvent[] = [];
  while (log.length < length - 6) log.push(...aRun(log.length));
  const runId = randomUUID();
  log.splice(length - 6);
  const last: AgentEvent[] = [
    { type: 'RunStart', runId, input: 'And now?' },
    { type: 'TurnStart', runId, turn: 1 },
    { type: 'TextDone', runId, text: end },
    { type: 'Usage', runId, input_tokens: 100, output_tokens: 10 },
    { type: 'TurnEnd', runId, turn: 1, result: 'Final' },
    { type: 'RunEnd', runId, result: 'Finished' },
  ];
  return [...log, ...last];
}

/** A person's words, six turns with a call each, and an answer. */
function aRun(nr: number): AgentEvent[] {
  const runId = randomUUID();
  const use: AgentEvent = { type: 'Usage', runId, input_tokens: 2000, output_tokens: 150 };
  const turns = Array.from({ length: 6 }, (_, at): AgentEvent[] => {
    const id = `${nr}_${at}`;
    const path = `src/part-${at}.ts`;
    const read = at % 2 === 0;
    const args = read ? { path } : { path, old: 'const a = 1;\n'.repeat(6), new: 'const b = 2;\n'.repeat(8) };
    return [
      { type: 'TurnStart', runId, turn: at + 1 },
      { type: 'TextDone', runId, text: `I look at \`${path}\` next.` },
      { type: 'ToolCallStart', runId, id, name: read ? 'Read' : 'Edit' },
      { type: 'ToolCallDone', runId, id, name: read ? 'Read' : 'Edit', arguments: JSON.stringify(args) },
      use,
      { type: 'ToolResult', runId, id, ok: true, text: '1\tconst a = 1;\n'.repeat(60) },
      { type: 'TurnEnd', runId, turn: at + 1, result: 'Continue' },
    ];
  }).flat();
  return [
    { type: 'RunStart', runId, input: `Make the list faster, part ${nr}` },
    ...turns,
    { type: 'TurnStart', runId, turn: 7 },
    { type: 'TextDone', runId, text: ANSWER },
    use,
    { type: 'TurnEnd', runId, turn: 7, result: 'Final' },
    { type: 'RunEnd', runId, result: 'Finished' },
  ];
}
