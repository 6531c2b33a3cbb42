/** Packages that install and cannot do here what they are for; whoever installs one is told at once. */
const NOTICES: readonly { readonly packages: RegExp; readonly notice: string }[] = [
  {
    packages: /^(?:cypress|electron|playwright-core|puppeteer|puppeteer-core)$/,
    notice: 'starts a browser, which is a native program, and this container is a tab of one: run it on a machine',
  },
  {
    packages: /^next$/,
    notice: 'has Turbopack as native code alone: run "next dev --webpack" and "next build --webpack"',
  },
];

/** One line, without its end; `undefined` for nearly all. */
export function installNotice(name: unknown, version: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const found = NOTICES.find(({ packages }) => packages.test(name));
  return found === undefined ? undefined : `slipway: ${name} ${String(version)} ${found.notice}`;
}
