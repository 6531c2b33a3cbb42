import { type ProductConfig, productConfig, type Project, project, type User, user } from '@slipway/contracts';
import * as z from 'zod';

/** A project that this browser keeps, with what its page must know to open it without a server. */
export interface KnownProject {
  readonly project: Project;
  readonly config: ProductConfig;
}

/**
 * What this browser knows of one person's projects. It holds no token and no text: the files are in the project's own
 * origin. Whoever signs in as somebody else, signs out, or is told by the server to sign in, begins with nothing.
 */
export interface KnownProjects {
  /** Whose they are. */
  user(): User | undefined;
  list(): readonly KnownProject[];
  find(projectId: string): KnownProject | undefined;
  remember(owner: User, known: KnownProject): void;
  forget(projectId: string): void;
  /** The server has said who is here; undefined: nobody. */
  belongTo(owner: User | undefined): void;
}

const KEY = 'slipway.known-projects';
const stored = z.object({ user, projects: z.array(z.object({ project, config: productConfig })) });
type Stored = z.infer<typeof stored>;

/** `storage` may hold what an earlier build has written: what is not understood is not known. */
export function makeKnownProjects(storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): KnownProjects {
  const read = (): Stored | undefined => {
    const text = storage().getItem(KEY);
    if (text === null) return undefined;
    try {
      return stored.safeParse(JSON.parse(text)).data;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  };
  const others = (projectId: string): Stored['projects'] =>
    read()?.projects.filter((each) => each.project.id !== projectId) ?? [];

  return {
    user: () => read()?.user,
    list: () => read()?.projects ?? [],
    find: (projectId) => read()?.projects.find((each) => each.project.id === projectId),
    remember(owner, known) {
      const before = read()?.user.id === owner.id ? others(known.project.id) : [];
      storage().setItem(KEY, JSON.stringify({ user: owner, projects: [known, ...before] } satisfies Stored));
    },
    forget(projectId) {
      const now = read();
      if (now !== undefined) storage().setItem(KEY, JSON.stringify({ user: now.user, projects: others(projectId) }));
    },
    belongTo(owner) {
      if (owner === undefined || read()?.user.id !== owner.id) storage().removeItem(KEY);
    },
  };
}

/** Of this browser. */
export const knownProjects = makeKnownProjects(() => localStorage);
