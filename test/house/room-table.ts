import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './sources.ts';

/** What a room may import; from `types` types alone. */
export interface RoomRules {
  readonly imports: readonly string[];
  readonly types?: readonly string[];
}

/** The import table as the README shows it: floor by floor, each room with its `description` and what it imports. */
export function roomTable(rooms: Readonly<Record<string, RoomRules>>): string {
  const rows = Object.entries(rooms).map(([room, { imports, types = [] }]) => {
    const names = [...imports.map(shortName), ...types.map((other) => `${shortName(other)} (types)`)];
    return { room, row: `| \`${room}\` | ${description(room)} | ${names.length === 0 ? '–' : names.join(', ')} |` };
  });
  const floor = (title: string, below: string): string[] => [
    `| **${title}** | | |`,
    ...rows.filter(({ room }) => room.startsWith(below)).map(({ row }) => row),
  ];
  return [
    '| room | is | imports |',
    '|---|---|---|',
    ...floor('the runtime: Node in a browser tab, knows nothing of the product', 'packages/runtime/'),
    ...floor('the product: what server, worker and IDE share', 'packages/product/'),
    ...floor('tools', 'packages/tools/'),
    ...floor('apps', 'apps/'),
  ].join('\n');
}

const shortName = (room: string): string => room.slice(room.lastIndexOf('/') + 1);

/** From the room's package.json, else what its README's first line says behind the colon. */
function description(room: string): string {
  const { description: own } = JSON.parse(text(`${room}/package.json`)) as { description?: string };
  return own ?? /^# [^\n:]+: (.+)$/m.exec(text(`${room}/README.md`))?.[1] ?? '–';
}

const text = (path: string): string => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '{}');
