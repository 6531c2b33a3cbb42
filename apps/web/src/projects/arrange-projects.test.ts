import type { Project } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { arrangeProjects, copyName, nameOfRepository } from './arrange-projects.ts';

const project = (name: string, createdAt: number, updatedAt: number, template: string | null = null): Project => ({
  id: name,
  name,
  template,
  containerId: 'x',
  revision: 0,
  latestSnapshotId: null,
  activeBuildId: null,
  createdAt,
  updatedAt,
});
const all = [project('Site 10', 3, 5, 'react-ts'), project('site 2', 1, 9), project('Api', 2, 7, 'vanilla-ts')];
const names = (search: string, order: 'saved' | 'name' | 'created'): string[] =>
  arrangeProjects(all, { search, order }).map(({ name }) => name);

describe('the list of projects', () => {
  it('UX-06 is in the order that was chosen', () => {
    expect(names('', 'saved')).toEqual(['site 2', 'Api', 'Site 10']);
    expect(names('', 'name')).toEqual(['Api', 'site 2', 'Site 10']);
    expect(names('', 'created')).toEqual(['Site 10', 'Api', 'site 2']);
  });

  it('UX-06 holds what was searched for, by name and template', () => {
    expect(names('SITE', 'name')).toEqual(['site 2', 'Site 10']);
    expect(names('react  10', 'name')).toEqual(['Site 10']);
    expect(names('nothing', 'name')).toEqual([]);
  });

  it('UX-06 names copies and imports', () => {
    expect(copyName('a', ['a', 'a copy', 'a copy 2'])).toBe('a copy 3');
    expect(copyName('x'.repeat(100), [])).toBe(`${'x'.repeat(95)} copy`);
    expect(nameOfRepository('https://git.example.org/people/tool.git')).toBe('tool');
    expect(nameOfRepository('https://git.example.org/')).toBe('Imported');
  });
});
