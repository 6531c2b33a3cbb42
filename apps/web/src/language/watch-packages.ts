import type { IFSWatcher, WebContainer } from '@webcontainer/api';

/** What npm, pnpm and yarn write into `node_modules` when all packages are there. */
const MARKS: ReadonlySet<string> = new Set(['.package-lock.json', '.modules.yaml', '.yarn-state.yml']);
/** The mark is written in several steps. */
const QUIET_MS = 1000;

/**
 * Calls back when an install has ended. Language servers look for the packages of a file once: what is installed
 * behind their backs they would miss until they are started anew.
 */
export function watchPackages(container: Pick<WebContainer, 'fs'>, onInstalled: () => void): () => void {
  let packages: IFSWatcher | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;
  const onMark = (_event: unknown, name: unknown): void => {
    if (!MARKS.has(String(name))) return;
    clearTimeout(timer);
    timer = setTimeout(onInstalled, QUIET_MS);
  };
  const follow = async (): Promise<void> => {
    const names = await container.fs.readdir('.');
    packages?.close();
    packages = gone || !names.includes('node_modules') ? undefined : container.fs.watch('node_modules', {}, onMark);
  };
  const begin = (): void =>
    void follow().catch((error: unknown) => console.warn('Cannot follow the packages of the project:', error));
  const project = container.fs.watch('.', {}, (_event, name) => {
    if (String(name) === 'node_modules') begin();
  });
  begin();
  return () => {
    gone = true;
    clearTimeout(timer);
    packages?.close();
    project.close();
  };
}
