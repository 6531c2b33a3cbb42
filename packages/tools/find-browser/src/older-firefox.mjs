/** What Playwright asks of every new context, and the long-term Firefox of 2026 (153) does not know. */
const UNKNOWN_COMMANDS = new Set(['emulation.setMediaFeaturesOverride']);

/**
 * Playwright drives Mozilla's own builds over WebDriver BiDi, but sends commands that only newer ones have, and gives
 * up when one is refused. Here they are answered before they are sent. It reaches into the driver, which runs in this
 * process: a Playwright that is made otherwise fails at once, by name.
 *
 * @template Browser
 * @param {Browser} browser
 * @returns {Browser} The same.
 */
export function acceptOlderFirefox(browser) {
  const { _connection: connection } = /** @type {{ _connection?: { toImpl?(object: unknown): unknown } }} */ (browser);
  const driver = /** @type {{ _browserSession?: { send(method: string, values: unknown): Promise<unknown> } }} */ (
    connection?.toImpl?.(browser)
  );
  const session = driver?._browserSession;
  if (session === undefined) throw new Error('Cannot drive Firefox: this Playwright keeps its BiDi session elsewhere');
  const send = session.send.bind(session);
  session.send = async (method, values) => (UNKNOWN_COMMANDS.has(method) ? {} : await send(method, values));
  return browser;
}
