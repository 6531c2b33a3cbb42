import { apiPaths, snapshotTreeResponse } from '@slipway/contracts';
import { ask, mustBe, signIn } from './ask.ts';

/** The project's files on the server, read past the IDE. */
export interface SavedFiles {
  /** The text of a file in the newest snapshot. */
  text(path: string): Promise<string>;
}

/** Reads the project whose workspace has the address `url`. */
export async function openSavedFiles(port: number, url: string): Promise<SavedFiles> {
  const projectId = /\/projects\/([^/?#]+)/.exec(url)?.[1];
  if (projectId === undefined) throw new Error(`Cannot read the saved files: "${url}" is no project's address`);
  const token = await signIn(port);
  return {
    async text(path) {
      const answer = mustBe(
        await ask(port, 'GET', apiPaths.snapshot(projectId, 'latest'), { token }),
        200,
        'read the tree',
      );
      const entry = snapshotTreeResponse.parse(JSON.parse(answer.body)).entries.find((each) => each.path === path);
      if (entry?.kind !== 'file') throw new Error(`Cannot read the saved files: there is no file "${path}"`);
      return mustBe(await ask(port, 'GET', apiPaths.blob(entry.sha256), { token }), 200, 'read the file').body;
    },
  };
}
