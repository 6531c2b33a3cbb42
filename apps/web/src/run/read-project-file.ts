import type { WebContainer } from '@webcontainer/api';
import { messageOf } from '../api/api-error.ts';

/** Undefined where there is none; the client's errors carry the code in their text alone. */
export async function readProjectFile(container: Pick<WebContainer, 'fs'>, path: string): Promise<string | undefined> {
  try {
    return await container.fs.readFile(path, 'utf-8');
  } catch (error) {
    if (messageOf(error).includes('ENOENT')) return undefined;
    throw error;
  }
}
