import { deflateSync } from 'node:zlib';
import {
  type Db,
  getAuthor,
  type DbOrTx,
  getCommits,
  getSnapshotHead,
  listRefs,
  lockProject,
  moveRefs,
  putCommits,
  putObjects,
} from '@slipway/db';
import { cleanPersonPart, encodeCommit, oidOf } from '@slipway/git';

/** The branch that the project's saves are to whoever clones. */
export const MAIN_REF = 'refs/heads/main';

/**
 * Brings `main` up to what was saved last: one commit for all saves since, because nobody who clones wants one for
 * every two seconds of typing. Nothing happens where its files are those of the last save already.
 */
export async function advanceMain(db: Db, ownerId: string, projectId: string): Promise<void> {
  if ((await mainState(db, ownerId, projectId)).outcome !== 'behind') return;
  const author = await getAuthor(db, ownerId);
  await db.transaction(async (tx) => {
    const project = await lockProject(tx, ownerId, projectId);
    const state = project && (await mainState(tx, ownerId, projectId));
    if (!project || state?.outcome !== 'behind') return;
    const person = {
      name: cleanPersonPart(author.name) || 'Unknown',
      email: cleanPersonPart(author.email),
      timeSeconds: author.timeSeconds,
      zone: '+0000',
    };
    const parents = state.main === null ? [] : [state.main];
    const bytes = encodeCommit({ tree: state.tree, parents, author: person, committer: person, message: 'Save\n' });
    const oid = oidOf('commit', bytes);
    const commit = {
      oid,
      type: 'commit',
      size: bytes.length,
      sha256: null,
      z: deflateSync(bytes),
      baseOid: null,
    } as const;
    const put = await putObjects(tx, projectId, [commit]);
    if (put.outcome !== 'stored') throw new Error(`Cannot bring main up to date: ${put.outcome} at ${put.oid}`);
    await putCommits(tx, projectId, [{ oid, tree: state.tree, parents }]);
    const moved = await moveRefs(tx, project, [{ name: MAIN_REF, from: state.main, to: oid }], 'save');
    if (moved.outcome !== 'moved') throw new Error(`Cannot bring main up to date: ${moved.outcome}`);
  });
}

/** Whether `main` has the files of the last save; `behind` says which it is to have. */
export async function mainState(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
): Promise<{ outcome: 'none' } | { outcome: 'even' } | { outcome: 'behind'; main: string | null; tree: string }> {
  const [head, refs] = [
    await getSnapshotHead(db, ownerId, projectId, 'latest'),
    await listRefs(db, projectId, MAIN_REF),
  ];
  if (!head) return { outcome: 'none' };
  const main = refs.find(({ name }) => name === MAIN_REF)?.oid ?? null;
  if (main === null) return { outcome: 'behind', main, tree: head.tree };
  const [commit] = await getCommits(db, projectId, [main]);
  return commit?.tree === head.tree ? { outcome: 'even' } : { outcome: 'behind', main, tree: head.tree };
}
