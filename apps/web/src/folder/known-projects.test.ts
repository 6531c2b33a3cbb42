import type { ProductConfig, Project, User } from '@slipway/contracts';
import { expect, it } from 'vitest';
import { makeKnownProjects } from './known-projects.ts';

const user = (id: string): User => ({ id, email: `${id}@example.org`, name: id, role: 'user', createdAt: 1 });
const [ADA, BOB] = [user('0f7a5a52-6f0c-4b8e-9a53-0e6a8d0f1a01'), user('0f7a5a52-6f0c-4b8e-9a53-0e6a8d0f1a02')];
const project = (id: string) =>
  ({
    id: `0f7a5a52-6f0c-4b8e-9a53-0e6a8d0f1b0${id}`,
    name: id,
    template: null,
    containerId: 'c',
    revision: 1,
    latestSnapshotId: null,
    activeBuildId: null,
    createdAt: 1,
    updatedAt: 1,
  }) satisfies Record<keyof Project, unknown> as Project;
const config = {
  version: 1,
  app: { origin: 'http://a' },
  runtime: { originPattern: 'http://{container}.rt', bareOrigin: 'http://rt', allowedParents: [] },
  preview: { originPattern: 'http://{port}--{id}' },
  sites: { originPattern: 'http://{label}' },
  relay: null,
  registry: { origins: [], mirrorPath: '/npm/' },
  limits: { blobBytes: 1, treeEntries: 1 },
  auth: { localOwner: true },
  editor: { languageServers: true, offline: true },
} as ProductConfig;

function open(text?: string) {
  const kept = new Map(text === undefined ? [] : [['slipway.known-projects', text]]);
  const known = makeKnownProjects(() => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }));
  return { known, kept };
}

it('UX-18 knows the projects of one person, the last one first, until one is deleted', () => {
  const { known } = open();
  known.belongTo(ADA);
  expect(known.user()).toBeUndefined();
  for (const id of ['1', '2', '1']) known.remember(ADA!, { project: project(id), config });
  expect(known.user()).toEqual(ADA);
  expect(known.list().map((each) => each.project.name)).toEqual(['1', '2']);
  expect(known.find(project('2').id)?.config).toEqual(config);
  known.forget(project('1').id);
  expect(known.list().map((each) => each.project.name)).toEqual(['2']);
});

it('UX-18 holds nothing for anybody else: who signs in as another, signs out, or has to sign in', () => {
  const { known } = open();
  known.belongTo(ADA);
  known.remember(ADA!, { project: project('1'), config });
  known.belongTo(ADA);
  expect(known.list()).toHaveLength(1);
  known.belongTo(BOB);
  expect(known.list()).toEqual([]);
  known.remember(BOB!, { project: project('2'), config });
  known.belongTo(undefined);
  expect([known.user(), known.list()]).toEqual([undefined, []]);
});

it('UX-18 what was being kept when somebody signed out, or in as another, is not known afterwards', () => {
  const { known, kept } = open();
  known.belongTo(ADA);
  known.belongTo(undefined);
  known.remember(ADA!, { project: project('1'), config });
  expect(kept.size).toBe(0);
  known.belongTo(BOB);
  known.remember(BOB!, { project: project('2'), config });
  known.remember(ADA!, { project: project('1'), config });
  expect(known.list().map((each) => each.project.name)).toEqual(['2']);
});

it('a project that an earlier build has written otherwise is not known, the others are', () => {
  const { known, kept } = open();
  known.belongTo(ADA);
  known.remember(ADA!, { project: project('1'), config });
  const now = JSON.parse(kept.get('slipway.known-projects') ?? '') as { projects: object[] };
  kept.set('slipway.known-projects', JSON.stringify({ ...now, projects: [{ old: true }, ...now.projects] }));
  expect(known.list().map((each) => each.project.name)).toEqual(['1']);
});

it('a browser that denies storage knows nothing, and nothing fails', () => {
  const denied = (): never => {
    throw new DOMException('denied', 'SecurityError');
  };
  const known = makeKnownProjects(denied);
  known.belongTo(ADA);
  known.remember(ADA!, { project: project('1'), config });
  known.forget(project('1').id);
  expect([known.user(), known.list()]).toEqual([undefined, []]);
});

it.each(['{', '{}', 'null', '{"user":1,"projects":[]}'])('takes %s of an earlier build for nothing known', (text) => {
  const { known } = open(text);
  expect(known.user()).toBeUndefined();
  expect(known.list()).toEqual([]);
  known.belongTo(ADA);
  known.remember(ADA!, { project: project('1'), config });
  expect(known.list()).toHaveLength(1);
});
