import { bundlePrograms } from '../packages/tools/setup/bundle.mjs';
import { ensureClusterTemplate } from './e2e/cluster-template.ts';

/** What a test starts is what is in the sources now; what each of them would make alike is made once. */
export async function setup(): Promise<void> {
  await Promise.all([bundlePrograms(), ensureClusterTemplate()]);
}
