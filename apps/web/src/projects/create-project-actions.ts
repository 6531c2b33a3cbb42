import type { Project } from '@slipway/contracts';
import { createSignal, type Accessor } from 'solid-js';
import type { Api } from '../api/create-api.ts';
import { createDoing, type Doing } from '../people/create-doing.ts';
import { copyName, nameOfRepository } from './arrange-projects.ts';
import { chooseFiles, type ImportedFile } from './project-files.ts';

/** Where a project is brought from: the https address of a git repository, and who may read it. */
export interface ImportSource {
  readonly url: string;
  /** A user name and a password or token; null for a repository that is open to all. */
  readonly credential: { username: string; password: string } | null;
}

/** Actions change it by themselves instead of asking for the list again. */
export interface ListedProjects {
  read(): readonly Project[];
  change(next: (before: readonly Project[]) => readonly Project[]): void;
}

/** What is done with projects as a whole, one thing at a time. */
export interface ProjectActions {
  readonly doing: Doing;
  /** How far an import of files is; undefined while none goes on. */
  readonly progress: Accessor<string | undefined>;
  rename(project: Project, name: string): Promise<boolean>;
  duplicate(project: Project): Promise<boolean>;
  /** Opens the project when it is there; what comes to nothing leaves nothing behind. */
  importGit(source: ImportSource): Promise<boolean>;
  /** As `importGit`, of files that `read` finds. */
  importFiles(name: string, read: () => Promise<readonly ImportedFile[]>): Promise<boolean>;
}

/** `open` shows a project. */
export function createProjectActions(api: Api, list: ListedProjects, open: (id: string) => void): ProjectActions {
  const doing = createDoing();
  const [progress, setProgress] = createSignal<string>();
  const makeFilled = async (name: string, fill: (id: string) => Promise<unknown>): Promise<void> => {
    const { project } = await api.createProject({ name });
    try {
      await fill(project.id);
    } catch (error) {
      await api.deleteProject(project.id);
      throw error;
    }
    open(project.id);
  };
  return {
    doing,
    progress,
    rename: (project, name) =>
      doing.run(async () => {
        const renamed = await api.renameProject(project.id, name);
        list.change((before) => before.map((other) => (other.id === project.id ? renamed : other)));
      }),
    duplicate: (project) =>
      doing.run(async () => {
        const name = copyName(
          project.name,
          list.read().map((other) => other.name),
        );
        // One that was never saved has nothing to begin with.
        const { latestSnapshotId: snapshotId } = project;
        const copy =
          snapshotId === null
            ? (await api.createProject({ name })).project
            : await api.forkProject(project.id, { snapshotId, name });
        list.change((before) => [copy, ...before]);
      }),
    importGit: (source) =>
      doing.run(() =>
        makeFilled(nameOfRepository(source.url), async (id) => {
          await api.setOrigin(id, source);
          await api.importOrigin(id);
        }),
      ),
    importFiles: (name, read) =>
      doing
        .run(async () => {
          setProgress('Reading…');
          const files = chooseFiles(await read());
          // Only here, and not with the page: most people never need it.
          const { fillProject } = await import('./fill-project.ts');
          await makeFilled(name.slice(0, 100), (id) =>
            fillProject(api, id, files, (done) => setProgress(`${done} of ${files.length} files`)),
          );
        })
        .finally(() => setProgress(undefined)),
  };
}
