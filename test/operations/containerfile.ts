/** One step of a stage, with what holds where it stands. */
export interface Step {
  readonly kind: 'run' | 'copy';
  /** The command, or what the line says. */
  readonly text: string;
  readonly user: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of a copy: the stage it is from; undefined: the checkout. */
  readonly from: string | undefined;
  readonly source: string;
  readonly to: string;
}

/** A stage of a Containerfile, with all that it has of those it is made from. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly steps: readonly Step[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly folder: string;
  readonly ports: readonly number[];
  /** What the command is given to; empty where nothing stands before it. */
  readonly entry: readonly string[];
  readonly command: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The instructions that ours uses; any other one is refused, since a test would pass over it. */
export function parseContainerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  let stage: Mutable<Stage> | undefined;
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, word = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (word === 'FROM') {
      const [, from = '', name = ''] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
      const parent = stages.find((one) => one.name === from);
      stage = { env: {}, user: '0', folder: '/', ports: [], entry: [], command: [], ...parent, name, from, steps: [] };
      stages.push(stage);
      continue;
    }
    if (!stage) throw new Error(`Cannot read the Containerfile: "${line}" stands before FROM`);
    const { user, folder, env } = stage;
    const step = { user, folder, env, from: undefined, source: '', to: '', text: rest } as const;
    const copy = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(rest);
    if (word === 'RUN') stage.steps = [...stage.steps, { ...step, kind: 'run' }];
    else if (word === 'COPY' && copy)
      stage.steps = [
        ...stage.steps,
        { ...step, kind: 'copy', from: copy[1], source: copy[2]!, to: copy[3] === '.' ? folder : copy[3]! },
      ];
    else if (word === 'ENV') stage.env = { ...env, ...Object.fromEntries([rest.split(/=(.*)/s).slice(0, 2)]) };
    else if (word === 'WORKDIR') stage.folder = rest;
    else if (word === 'USER') stage.user = rest;
    else if (word === 'EXPOSE') stage.ports = [...stage.ports, Number(rest)];
    else if (word === 'ENTRYPOINT') stage.entry = JSON.parse(rest) as string[];
    else if (word === 'CMD') stage.command = JSON.parse(rest) as string[];
    else throw new Error(`Cannot read the Containerfile: "${line}"`);
  }
  return stages;
}
