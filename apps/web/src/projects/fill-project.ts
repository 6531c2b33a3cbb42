import { encodeSave, type SentChange } from '@slipway/history/tab';
import type { Api } from '../api/create-api.ts';
import type { ImportedFile } from './project-files.ts';

/** Requests of one import; browsers open six to one host, and the page needs some itself. */
const AT_ONCE = 4;

/** Makes files the first save of an empty project. `onProgress` hears how many have been sent. */
export async function fillProject(
  api: Pick<Api, 'missingBlobs' | 'putBlob' | 'saveChanges'>,
  projectId: string,
  files: readonly ImportedFile[],
  onProgress: (done: number) => void,
): Promise<void> {
  const changes: SentChange[] = [];
  const waiting = [...files];
  /** Hash first: what the server has already, of whichever project, is not sent at all. */
  const send = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const bytes = await file.read();
      const sha256 = await hashOf(bytes);
      const { missing } = await api.missingBlobs([sha256]);
      if (missing.includes(sha256)) await api.putBlob(sha256, bytes);
      const { path, mode } = file;
      changes.push({ kind: 'file', path, mode, sha256, size: bytes.length, content: { as: 'known' } });
      onProgress(changes.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  await api.saveChanges(projectId, encodeSave({ base: null, device: 'import', merge: false }, changes));
}

/** In hexadecimal, as blobs are named on the server. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
