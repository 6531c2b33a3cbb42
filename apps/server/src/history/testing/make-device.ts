import { createHash } from 'node:crypto';
import {
  createProjectResponse,
  type MergeConflict,
  SAVE_TYPE,
  saveResponse,
  type Snapshot,
  type SnapshotTreeResponse,
  type TreeChange,
} from '@slipway/contracts';
import { encodeSave, makeSplice, type SentChange } from '@slipway/history';
import type { Answer, CallOptions, TestServer } from '../../testing.ts';

/** Hash of bytes as saves name them. */
export const shaOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** All its bytes go along: it needs nothing that was there before. */
export function wholeFile(path: string, text: string | Uint8Array<ArrayBuffer>, mode = 0o644): SentChange {
  const bytes = typeof text === 'string' ? new Uint8Array(Buffer.from(text)) : text;
  return { kind: 'file', path, mode, sha256: shaOf(bytes), size: bytes.length, content: { as: 'whole' }, bytes };
}

/** Sent as one splice: the server must have what was there before. */
export function splicedFile(path: string, before: string, after: string): SentChange {
  const bytes = new Uint8Array(Buffer.from(after));
  const { start, end, inserted } = makeSplice(new Uint8Array(Buffer.from(before)), bytes);
  const content = { as: 'splice', start, end, length: inserted.length } as const;
  return { kind: 'file', path, mode: 0o644, sha256: shaOf(bytes), size: bytes.length, content, bytes: inserted };
}

/** A device that saves to a project and knows which commit its folder is. */
export interface Device {
  base: string | null;
  post(changes: readonly SentChange[], options?: { merge?: boolean; message?: string }): Promise<Answer>;
  save(changes: readonly SentChange[]): Promise<{
    snapshot: Snapshot;
    merged: { changes: TreeChange[]; conflicts: MergeConflict[] } | null;
  }>;
}

/** Each device saves on its own, so that two of them can conflict. */
export function makeDevices(tested: TestServer, token: () => string) {
  const api = (method: string, path: string, options: CallOptions = {}) =>
    tested.call(method, `/api/v1${path}`, { token: token(), ...options });
  return {
    api,
    createProject: async (): Promise<string> => {
      const answer = await api('POST', '/projects', { json: { name: 'History' } });
      return createProjectResponse.parse(answer.json()).project.id;
    },
    files: async (projectId: string, snapshotId = 'latest'): Promise<Record<string, string>> => {
      const answer = await api('GET', `/projects/${projectId}/snapshots/${snapshotId}`);
      const { entries } = answer.json<SnapshotTreeResponse>();
      const read = await Promise.all(
        entries.map(async (entry): Promise<[string, string]> => {
          if (entry.kind === 'link') return [entry.path, `-> ${entry.target}`];
          if (entry.kind === 'dir') return [`${entry.path}/`, entry.mode.toString(8)];
          const path = entry.path.split('/').map(encodeURIComponent).join('/');
          const file = await api('GET', `/projects/${projectId}/snapshots/${snapshotId}/files/${path}`);
          return [entry.path, file.body.toString('latin1')];
        }),
      );
      return Object.fromEntries(read);
    },
    makeDevice: (projectId: string, device: string): Device => {
      const made: Device = {
        base: null,
        post: (changes, { merge = true, message } = {}) => {
          const save = { base: made.base, device, merge, ...(message === undefined ? {} : { message }) };
          return api('POST', `/projects/${projectId}/saves`, {
            body: Buffer.concat(encodeSave({ ...save }, changes)),
            headers: { 'content-type': SAVE_TYPE },
          });
        },
        save: async (changes) => {
          const answer = await made.post(changes);
          if (answer.status >= 300) throw new Error(`Cannot save: ${answer.text}`);
          const response = saveResponse.parse(answer.json());
          made.base = response.snapshot.commit;
          return response;
        },
      };
      return made;
    },
  };
}
