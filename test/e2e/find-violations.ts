import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * What axe finds wrong in a page, or in the part of it that `within` names, once nothing moves any more: no
 * violation of any of its rules, best practices included.
 */
export async function findViolations(page: Page, within = ':root'): Promise<string[]> {
  await settle(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return await page.evaluate(async (within) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(
      // A program's output is in the colours that the program chose; the frame is the project's own page.
      { include: [within], exclude: [['.xterm'], ['iframe']] },
      { iframes: false, resultTypes: ['violations'] },
    );
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`).join('\n  ')}`,
    );
  }, within);
}

/** As long as colours may move: then axe says what it thinks of them. */
const SETTLE_MS = 10_000;

/** Waits until all colours are the ones they stay: those on their way to others are measured wrongly. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async (limitMs) => {
    const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));
    // A page that is not drawn has no frames.
    const drawn = (): Promise<unknown> =>
      Promise.race([new Promise((resolve) => requestAnimationFrame(resolve)), pause(500)]);
    // A cursor blinks for as long as it is there: that one is not waited for.
    const moving = (): Animation[] =>
      document
        .getAnimations()
        .filter((each) => each.playState === 'running' && each.effect?.getComputedTiming().endTime !== Infinity);
    const until = performance.now() + limitMs;
    while (performance.now() < until) {
      // What was just changed (a scheme, a state) begins to move when it is drawn, which is a frame or two from now.
      await drawn();
      await drawn();
      const now = moving();
      if (now.length === 0) return;
      // One whose element goes is aborted.
      await Promise.race([Promise.allSettled(now.map((each) => each.finished)), pause(1000)]);
    }
  }, SETTLE_MS);
}
