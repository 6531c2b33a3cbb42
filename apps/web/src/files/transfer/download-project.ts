import type { WebContainer } from '@webcontainer/api';
import { measureBytes } from '../operations/measure-bytes.ts';
import { refuseTooMuch, saveDownload, zipOf } from './download.ts';

/** Made anew from the rest by whoever takes the project up. */
const LEFT_OUT = new Set(['node_modules', '.git']);

/** Lets the browser save all that is in the project, without what an install brings and git's own folder. */
export async function downloadProject(
  container: Pick<WebContainer, 'fs' | 'export' | 'spawn'>,
  name: string,
): Promise<void> {
  const entries = (await container.fs.readdir('.', { withFileTypes: true })).filter((each) => !LEFT_OUT.has(each.name));
  if (entries.length === 0) throw new Error('The project is empty');
  const names = entries.map((entry) => entry.name);
  refuseTooMuch(await measureBytes(container, names));
  const bytes = await zipOf(container, '.', names);
  saveDownload({ name: `${name.replaceAll(/[/\\:*?"<>|\0]/g, '-')}.zip`, bytes });
}
