import CircleAlert from 'lucide-solid/icons/circle-alert';
import { createSignal, For, onCleanup } from 'solid-js';
import type { Command, Feature } from '../workbench/feature.ts';
import { bestOf } from '../workbench/palette/own-finders.ts';
import { countProblems, createProblems } from './create-problems.ts';
import { createChoice } from '../shell/create-choice.ts';
import './language.css';
import { LANGUAGE_SERVERS, type LanguageServer, serverOf } from './language-servers.ts';
import type { Languages } from './make-languages.ts';
import { ProblemsPanel } from './problems-panel.tsx';
import type { References } from './references.ts';
import { type ServerState, serverText } from './server-state.ts';
import { watchInstalls } from './watch-installs.ts';
import { watchPackages } from './watch-packages.ts';

/** A project that is just being opened has more urgent things to do. */
const START_AFTER_MS = 1_500;

const INSTALLING = 'Packages are being installed: problems are told afterwards';

/** Language servers in the container: what they say of the texts, and what they can do with them (UX-09). */
export const languageFeature: Feature = {
  id: 'language',
  create(bench) {
    const { api, container, control } = bench;
    const problems = createProblems();
    const [references, setReferences] = createSignal<References>();
    const [states, setStates] = createSignal<ReadonlyMap<LanguageServer, ServerState>>(new Map());
    /** Whether this server has them run; until it was asked, they do. */
    const [wanted, setWanted] = createSignal(control !== undefined);
    const [formats, setFormats] = createChoice('slipway.format-on-save');
    const [installing, setInstalling] = createSignal(false);
    let languages: Languages | undefined;
    let gone = false;
    let unwatch: () => void = () => undefined;
    onCleanup(() => {
      gone = true;
      unwatch();
      languages?.stop();
    });

    const load = async (): Promise<Languages | undefined> => {
      await new Promise((resolve) => setTimeout(resolve, START_AFTER_MS));
      const [{ makeLanguages }, { editor }] = await Promise.all([import('./make-languages.ts'), api.config()]);
      setWanted(editor.languageServers);
      if (gone || !editor.languageServers || control === undefined) return undefined;
      languages = makeLanguages({
        ...bench,
        programs: control,
        container,
        root: container.workdir,
        problems,
        onState: (server, state) => setStates((before) => new Map(before).set(server, state)),
        onReferences(found) {
          setReferences(found);
          bench.showPanel('problems', { focus: true });
        },
      });
      const unfollow = watchInstalls(control, container.workdir, (now) => {
        setInstalling(now);
        languages?.setInstalling(now);
      });
      const forget = watchPackages(container, () => languages?.restart());
      unwatch = () => {
        unfollow();
        forget();
      };
      return languages;
    };
    const loaded = onceMade(load);
    const statesText = (): readonly string[] => [
      ...LANGUAGE_SERVERS.flatMap((server) => serverText(server.title, states().get(server) ?? { name: 'off' }) ?? []),
      ...(installing() ? [INSTALLING] : []),
    ];

    return {
      editing: async (path) => {
        if (control === undefined || serverOf(path) === undefined) return [];
        return (await loaded())?.extensionOf(path) ?? [];
      },
      beforeSave: async (path) => {
        if (formats()) await languages?.formatForSave(path);
      },
      panels: [
        {
          id: 'problems',
          title: 'Problems',
          icon: CircleAlert,
          component: () => (
            <ProblemsPanel
              files={problems.files()}
              references={references()}
              states={statesText()}
              wanted={wanted()}
              onOpen={(path, at) => bench.openFile(path, at)}
              onForget={() => setReferences(undefined)}
            />
          ),
          where: 'bottom',
          order: 50,
          keys: 'Mod-Shift-m',
        },
      ],
      foot: () => <Foot problems={countProblems(problems.files())} states={states()} installing={installing()} />,
      finders: [
        {
          prefix: '@',
          label: 'Go to a symbol of the file',
          async find(query) {
            const path = bench.activeFile();
            const symbols = (path === undefined ? undefined : await languages?.symbols(path)) ?? [];
            return bestOf(query, symbols, ({ name }) => name).map(({ candidate, at }, order) => ({
              id: `${order}`,
              title: candidate.name,
              at,
              hint: candidate.container,
              run: () => path !== undefined && bench.openFile(path, candidate),
            }));
          },
        },
      ],
      commands: languageCommands(
        (action) => {
          const path = bench.activeFile();
          if (path !== undefined) languages?.[action](path);
        },
        () => {
          // Read, so that who asks is asked again when a server comes or goes.
          states();
          const path = bench.activeFile();
          return path !== undefined && languages?.knows(path) === true;
        },
        otherCommands(
          { run: () => languages?.restart(), when: () => states().size > 0 },
          { on: formats, choose: setFormats },
        ),
      ),
    };
  },
};

/** The names of {@link LanguageActions} that a command can call as they are. */
type Action = 'define' | 'references' | 'rename' | 'act' | 'format';
const ACTIONS: readonly (Pick<Command, 'id' | 'keys'> & { title: string; action: Action })[] = [
  { id: 'go-to-definition', title: 'Go to the definition', keys: 'F12', action: 'define' },
  { id: 'find-references', title: 'Find all references', keys: 'Shift-F12', action: 'references' },
  { id: 'rename-symbol', title: 'Rename the symbol', keys: 'F2', action: 'rename' },
  { id: 'code-actions', title: 'Show what can be done here', keys: 'Mod-.', action: 'act' },
  { id: 'format', title: 'Format the file', keys: 'Alt-Shift-f', action: 'format' },
];

/** They stand in the palette only while the active file's server answers: otherwise each would do nothing. */
function languageCommands(
  perform: (action: Action) => void,
  when: () => boolean,
  others: readonly Command[],
): readonly Command[] {
  return [
    ...ACTIONS.map(({ id, title, keys, action }): Command => ({
      id,
      title: () => title,
      category: 'Language',
      ...(keys === undefined ? {} : { keys }),
      when,
      run: () => perform(action),
    })),
    ...others,
  ];
}

function otherCommands(
  restart: Pick<Command, 'run' | 'when'>,
  formats: { on: () => boolean; choose: (on: boolean) => void },
): readonly Command[] {
  return [
    {
      id: 'restart-language-servers',
      title: () => 'Restart the language servers',
      category: 'Language',
      ...restart,
    },
    {
      id: 'format-on-save',
      title: () => (formats.on() ? 'Do not format when saving' : 'Format when saving by hand'),
      category: 'Language',
      run: () => formats.choose(!formats.on()),
    },
  ];
}

/** In the bar at the bottom: what the servers do while it is not yet what they are for, and how much is wrong. */
function Foot(props: {
  problems: { errors: number; warnings: number };
  states: ReadonlyMap<LanguageServer, ServerState>;
  installing: boolean;
}) {
  const busy = (): readonly string[] =>
    [...props.states].flatMap(([{ title }, state]) => (state.name === 'ready' ? [] : (serverText(title, state) ?? [])));
  const count = (): string => {
    const { errors, warnings } = props.problems;
    return `${errors === 1 ? '1 error' : `${errors} errors`}, ${warnings === 1 ? '1 warning' : `${warnings} warnings`}`;
  };
  const quiet = (): boolean => props.states.size === 0;
  return (
    <>
      <For each={busy()}>{(text) => <span class="language-state">{text}</span>}</For>
      <span class="language-count" role="status">
        {quiet() ? '' : props.installing ? INSTALLING : count()}
      </span>
    </>
  );
}

/** Made once for all who ask; where that fails, the next who asks makes it try again. */
function onceMade<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
