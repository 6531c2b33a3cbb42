import type { OpenedProject, OpenResponse, ProductConfig, Project, Template } from '@slipway/contracts';

interface Held {
  config?: ProductConfig | undefined;
  projects?: readonly Project[] | undefined;
  next?: string | undefined;
  templates?: readonly Template[] | undefined;
  project?: OpenedProject | undefined;
  capability?: string | undefined;
}

/**
 * The answers that came with the sign-in. Each is given out once: it is true of
 * the moment the page opened, and who asks again wants to know what is true now.
 */
export class FirstData {
  #held: Held = {};
  #projectId: string | undefined;

  put({ home, project }: OpenResponse): void {
    const { config, capability } = project ?? {};
    this.#held = { ...home, config, capability, project: project ?? undefined };
    this.#projectId = project?.project.id;
  }

  takeConfig = (): ProductConfig | undefined => this.#take('config');
  /** The first page of them, and how to ask for the next one. */
  takeProjects = (): { projects: readonly Project[]; next: string | undefined } | undefined => {
    const [projects, next] = [this.#take('projects'), this.#take('next')];
    return projects && { projects, next };
  };
  takeTemplates = (): readonly Template[] | undefined => this.#take('templates');
  /** The project of this id, if it is the one whose page was opened. */
  takeProject = (id: string): OpenedProject | undefined => (id === this.#projectId ? this.#take('project') : undefined);
  takeCapability = (id: string): string | undefined => (id === this.#projectId ? this.#take('capability') : undefined);

  #take<K extends keyof Held>(key: K): Held[K] {
    const value = this.#held[key];
    delete this.#held[key];
    return value;
  }
}
