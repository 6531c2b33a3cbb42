import type { Project } from '@slipway/contracts';

/** The page sorts: the server's list is by the last change alone. */
export type ProjectOrder = 'saved' | 'name' | 'created';
/** In the order of the menu. */
export const PROJECT_ORDERS: readonly { readonly order: ProjectOrder; readonly title: string }[] = [
  { order: 'saved', title: 'Last saved' },
  { order: 'name', title: 'Name' },
  { order: 'created', title: 'Newest' },
];

/** `numeric`: "part 10" comes after "part 9". */
const NAMES = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The projects whose name or template holds every word of `search`, in this order. */
export function arrangeProjects(
  projects: readonly Project[],
  { search, order }: { readonly search: string; readonly order: ProjectOrder },
): readonly Project[] {
  const words = search.toLowerCase().split(/\s+/);
  const found = projects.filter(({ name, template }) => {
    const text = `${name} ${template ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  switch (order) {
    case 'saved':
      return found.toSorted((a, b) => b.updatedAt - a.updatedAt);
    case 'created':
      return found.toSorted((a, b) => b.createdAt - a.createdAt);
    case 'name':
      return found.toSorted((a, b) => NAMES.compare(a.name, b.name));
  }
}

/** A name that no project has: "x copy", "x copy 2". At most as long as the server takes, which is 100 characters. */
export function copyName(name: string, taken: readonly string[]): string {
  for (let count = 1; ; count++) {
    const end = count === 1 ? ' copy' : ` copy ${count}`;
    const copy = name.slice(0, 100 - end.length) + end;
    if (!taken.includes(copy)) return copy;
  }
}

/** What a project from this address is called: the last part of its path. */
export function nameOfRepository(address: string): string {
  const path = URL.canParse(address) ? new URL(address).pathname : address;
  const last = path.split('/').findLast((part) => part !== '') ?? '';
  return last.replace(/\.git$/, '').slice(0, 100) || 'Imported';
}
