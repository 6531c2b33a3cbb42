import { sql } from 'drizzle-orm';
import { ask, mustBe } from '../e2e/ask.ts';
import { openBrowser, openContext } from '../e2e/browser.ts';
import { BOOT_MS } from '../e2e/ide-steps.ts';
import type { AgentBench } from './agent.ts';
import { median } from './figures.ts';
import { longLog } from './long-log.ts';

const EVENTS = 2000;
const ROUNDS = 7;

/**
 * From the choice of a session to the frame that shows its end, in Chromium: a session of 2,000 events, beside one with
 * a single run of six.
 */
export async function measureOpening(bench: AgentBench): Promise<void> {
  const { product } = bench;
  const long = await bench.makeSession({ title: 'Long' });
  const short = await makeBeside(bench, long.projectId);
  await fill(bench, long.path, EVENTS);
  await fill(bench, short, 6);
  const browser = await openBrowser();
  try {
    const context = await openContext(browser);
    await context.addInitScript('globalThis.__name = (value) => value');
    const page = await context.newPage();
    await page.goto(`${product.url}/projects/${long.projectId}`);
    await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
    await page.keyboard.press('Alt+i');
    const conversation = page.getByRole('log', { name: 'Conversation' });
    await conversation.getByText('The end of it').waitFor();
    const took: Record<string, number[]> = { Long: [], Short: [] };
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const title = round % 2 === 0 ? 'Short' : 'Long';
      took[title]!.push(
        await page.evaluate(async (wanted) => {
          const select = document.querySelector<HTMLSelectElement>('select[aria-label="Session"]')!;
          select.value = [...select.options].find(({ text }) => text === wanted)!.value;
          const began = performance.now();
          select.dispatchEvent(new Event('change', { bubbles: true }));
          const panel = document.querySelector('#panel-agent')!;
          const isThere = (): boolean =>
            panel.querySelector('.agent-items')?.textContent.includes(`The end of it, ${wanted}`) === true;
          await new Promise<void>((resolve) => {
            const observer = new MutationObserver(() => {
              if (!isThere()) return;
              observer.disconnect();
              resolve();
            });
            observer.observe(panel, { childList: true, subtree: true, characterData: true });
          });
          // A message comes after the frame was painted.
          await new Promise<void>((resolve) =>
            requestAnimationFrame(() => {
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => resolve();
              port2.postMessage(undefined);
            }),
          );
          return performance.now() - began;
        }, title),
      );
    }
    const row = (name: string, values: readonly number[]): string =>
      `| ${name} | ${median(values).toFixed(0)} | ${Math.max(...values).toFixed(0)} | ${values.length} |\n`;
    process.stdout.write(
      `\n| a session opens and is painted | median, ms | most | times |\n|---|---|---|---|\n` +
        row(`${EVENTS} events`, took['Long']!) +
        row('6 events', took['Short']!) +
        '| wanted | | 300 | |\n',
    );
  } finally {
    await browser.close();
  }
}

/** Another session of the same project. */
async function makeBeside({ product: { port }, token }: AgentBench, projectId: string): Promise<string> {
  const path = `/api/v1/projects/${projectId}/agent/sessions`;
  const body = { provider: 'house', model: 'm', title: 'Short' };
  const made = mustBe(await ask(port, 'POST', path, { token, body }), 201, 'make a session');
  return `${path}/${(JSON.parse(made.body) as { session: { id: string } }).session.id}`;
}

/** Puts a log into a session's rows, as its runs would have left it. */
async function fill({ database: { db } }: AgentBench, path: string, events: number): Promise<void> {
  const id = path.split('/').at(-1)!;
  const [row] = await db.execute<{ title: string }>(sql`select title from agent_sessions where id = ${id}`);
  const log = longLog(events, `The end of it, ${row!.title}`);
  const rows = JSON.stringify(
    log.map((event, at) => ({ seq: at + 1, type: event.type, event: JSON.stringify(event) })),
  );
  await db.execute(sql`
    insert into agent_events (session_id, seq, type, event)
    select ${id}, e.seq, e.type, e.event from jsonb_to_recordset(${rows}::jsonb) as e(seq bigint, type text, event text)`);
  await db.execute(sql`update agent_sessions set last_seq = ${log.length} where id = ${id}`);
}
