import type { Extension } from '@codemirror/state';
import type { Command, Feature, FeatureParts, Finder, Panel, PreviewParts, Workbench } from './feature.ts';
import { type Keys, matchesKeys } from './matches-keys.ts';

/** The parts of all features, each kind in its order. */
export interface Features {
  readonly panels: readonly Panel[];
  readonly commands: readonly Command[];
  /** The commands that have a button in the bar, in the order that they ask for. */
  readonly buttons: readonly Command[];
  readonly statuses: readonly NonNullable<FeatureParts['status']>[];
  readonly feet: readonly NonNullable<FeatureParts['foot']>[];
  readonly finders: readonly Finder[];
  /** What the features add to the text of a file. */
  editing(path: string): readonly Promise<Extension>[];
  /** Resolves when every feature has done with the file what it does before a save by hand. */
  beforeSave(path: string): Promise<void>;
  readonly preview: PreviewParts | undefined;
  connected(): boolean;
  /**
   * What these keys are bound to; undefined for keys that are nobody's, or whose command has nothing to do now.
   * `onlyEverywhere` asks for those alone that count in a terminal too.
   */
  boundTo(keys: Keys, onlyEverywhere?: boolean): (() => void) | undefined;
}

/** Commands and panels of the frame itself, beside those of the features. */
export interface OwnParts {
  readonly commands?: readonly Command[];
  /** Made from the features' parts where it needs them, such as the preview. */
  panels?(preview: PreviewParts | undefined): readonly Panel[];
}

/** Makes the parts of every feature in the table. Two that claim one id or one binding are a mistake of ours. */
export function createFeatures(features: readonly Feature[], bench: Workbench, own: OwnParts = {}): Features {
  const parts = features.map((feature) => feature.create(bench));
  const preview = parts.find((part) => part.preview !== undefined)?.preview;
  const panels = [...(own.panels?.(preview) ?? []), ...parts.flatMap((part) => part.panels ?? [])].sort(
    (a, b) => a.order - b.order,
  );
  const commands = [
    ...(own.commands ?? []),
    ...parts.flatMap((part) => part.commands ?? []),
    ...panels.map((panel) => showCommand(panel, bench)),
  ];
  const finders = parts.flatMap((part) => part.finders ?? []);
  refuseTwice(
    'finder',
    finders.map(({ prefix }) => prefix),
  );
  refuseTwice(
    'feature',
    features.map(({ id }) => id),
  );
  refuseTwice(
    'panel',
    panels.map(({ id }) => id),
  );
  refuseTwice(
    'command',
    commands.map(({ id }) => id),
  );
  refuseTwice(
    'key binding',
    commands.flatMap(({ keys }) => keys?.split(' ') ?? []),
  );
  return {
    panels,
    commands,
    buttons: commands
      .filter((command) => command.bar !== undefined)
      .sort((a, b) => (a.bar?.order ?? 0) - (b.bar?.order ?? 0)),
    statuses: parts.flatMap((part) => part.status ?? []),
    feet: parts.flatMap((part) => part.foot ?? []),
    editing: (path) => parts.flatMap((part) => part.editing?.(path) ?? []),
    finders,
    async beforeSave(path) {
      for (const part of parts) await part.beforeSave?.(path);
    },
    preview,
    connected: () => parts.every((part) => part.connected?.() ?? true),
    boundTo(keys, onlyEverywhere = false) {
      const bound = commands.find((command) => command.keys?.split(' ').some((binding) => matchesKeys(binding, keys)));
      if (bound === undefined || (onlyEverywhere && bound.everywhere !== true)) return undefined;
      return (bound.when?.() ?? true) ? () => bound.run() : undefined;
    },
  };
}

/** Every panel can be asked for by name: in the palette, and by its keys. */
function showCommand({ id, title, keys, icon }: Panel, bench: Workbench): Command {
  return {
    id: `show-${id}`,
    title: () => `Show ${title}`,
    category: 'View',
    everywhere: true,
    run: () => bench.showPanel(id, { focus: true }),
    ...(keys === undefined ? {} : { keys }),
    ...(icon === undefined ? {} : { icon }),
  };
}

function refuseTwice(what: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`Cannot make the workspace: two features have the ${what} "${twice}"`);
}
