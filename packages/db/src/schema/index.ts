export * from './content.ts';
export * from './events.ts';
export * from './projects.ts';
export * from './publish.ts';
export * from './users.ts';
