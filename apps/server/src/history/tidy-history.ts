import { claimUntidyProjects, collectObjects, type Db, thinSnapshots } from '@slipway/db';

/** Of one run of the chore: other chores wait for it. */
const PROJECTS_AT_ONCE = 10;

/** Thins the saves of some projects, and collects what nothing leads to any more (HI-10). */
export async function tidyHistory(db: Db): Promise<void> {
  for (const projectId of await claimUntidyProjects(db, PROJECTS_AT_ONCE)) {
    await thinSnapshots(db, projectId);
    // Where somebody saves at this moment, the next day will do.
    await collectObjects(db, projectId);
  }
}
