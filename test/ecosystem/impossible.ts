/** Tests of others that cannot pass here, by a part of their title, with why. They count as failed all the same. */
export const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'run-command.test.ts: user can run commands inside webcontainer': 'it wants Node 20, and this is Node 24',
  'run-command.test.ts: user can run interactive commands': 'it wants Node 20, and this is Node 24',
  'run-command.test.ts: user can see timeout errors with clear description':
    "it lists the root folder of the vendor's image",
};
