import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { isStepCount, streamText, tool } from 'ai';
import * as z from 'zod';
import { type AgentBench, readLog } from './agent.ts';
import { median } from './figures.ts';

const TURNS = 40;
const ROUNDS = 5;

/**
 * What a turn of the controller takes beside the AI SDK alone. The call of each turn is refused before anybody is asked
 * to make it, so that no tab is measured; the SDK's own tool answers with the same words.
 */
export async function measureTurns(bench: AgentBench): Promise<void> {
  const { model } = bench;
  model.respond = ({ turn }) =>
    turn < TURNS ? { text: 'I look', calls: [{ name: 'Read', args: { path: `../${turn}` } }] } : { text: 'Done' };
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await runOurs(bench));
    bare.push(await runBare(model.url));
  }
  const [controller, sdk] = [median(ours), median(bare)];
  process.stdout.write(
    `\n${TURNS} turns with a call each, ${ROUNDS} times, in turn\n\n| | ms a turn, median of runs | all |\n|---|---|---|\n` +
      `| the controller | ${controller.toFixed(1)} | ${ours.map((ms) => ms.toFixed(1)).join(', ')} |\n` +
      `| the AI SDK alone | ${sdk.toFixed(1)} | ${bare.map((ms) => ms.toFixed(1)).join(', ')} |\n` +
      `| difference (wanted: 20 at most) | ${(controller - sdk).toFixed(1)} | |\n`,
  );
}

/** By the log's own times: from the first turn to the end of the run. */
async function runOurs(bench: AgentBench): Promise<number> {
  const { path } = await bench.makeSession({ bounds: { turns: TURNS + 10 } });
  await bench.run(path, 'look');
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const log = await readLog(bench, path);
    const end = log.at(-1)!;
    if (end.event.type === 'Error') throw new Error(`Cannot measure: ${end.event.message}`);
    if (end.event.type !== 'RunEnd') continue;
    const start = log.find(({ event }) => event.type === 'TurnStart')!;
    return (end.at - start.at) / 1000 / (TURNS + 1);
  }
}

async function runBare(baseURL: string): Promise<number> {
  const began = performance.now();
  const { stream } = streamText({
    model: createOpenAICompatible({ name: 'house', apiKey: 'none', baseURL, includeUsage: true })('m'),
    system: 'You are a coding agent.',
    prompt: 'look',
    tools: {
      Read: tool({
        inputSchema: z.strictObject({ path: z.string() }),
        execute: async ({ path }) => `The path "${path}" is not normalised`,
      }),
    },
    stopWhen: isStepCount(TURNS + 10),
  });
  let steps = 0;
  for await (const part of stream) if (part.type === 'finish-step') steps++;
  if (steps !== TURNS + 1) throw new Error(`Cannot measure: the SDK made ${steps} turns`);
  return (performance.now() - began) / steps;
}
