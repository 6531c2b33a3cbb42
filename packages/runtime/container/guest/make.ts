/** `make` of a container: GNU make's language and command line, without its built-in rules for compilers. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { parseOptions, type Options } from '@slipway/shell/options';
import { MakefileReader } from './make/read-makefile.ts';
import { Rules } from './make/rules.ts';
import type { RecipeShell } from './make/run-recipe.ts';
import { wordsOf } from './make/text.ts';
import { Updater } from './make/updater.ts';
import { type Scope, Variables } from './make/variables.ts';
import { complain, errorText, Failure, print, runProgram } from './program/run-program.ts';

const USAGE = `Usage: make [options] [target] ...
Options:
  -B, --always-make           Unconditionally make all targets.
  -C DIRECTORY, --directory=DIRECTORY
                              Change to DIRECTORY before doing anything.
  -e, --environment-overrides
                              Environment variables override makefiles.
  -f FILE, --file=FILE, --makefile=FILE
                              Read FILE as a makefile.
  -h, --help                  Print this message and exit.
  -i, --ignore-errors         Ignore errors from recipes.
  -I DIRECTORY, --include-dir=DIRECTORY
                              Search DIRECTORY for included makefiles.
  -j [N], --jobs[=N]          Allow N jobs at once; infinite jobs with no arg.
  -k, --keep-going            Keep going when some targets can't be made.
  -n, --just-print, --dry-run, --recon
                              Don't actually run any recipe; just print them.
  -q, --question              Run no recipe; exit status says if up to date.
  -s, --silent, --quiet       Don't echo recipes.
  -t, --touch                 Touch targets instead of remaking them.
  -v, --version               Print the version number of make and exit.
  -w, --print-directory       Print the current directory.
  --no-print-directory        Turn off -w, even if it was turned on implicitly.

The built-in rules for compilers of C and their like are not here.
`;
/** Makefiles ask for it by MAKE_VERSION. */
const VERSION = 'GNU Make 4.3';

const OPTIONS = {
  always: '-B --always-make',
  directory: '-C= --directory=',
  environment: '-e --environment-overrides',
  file: '-f= --file= --makefile=',
  help: '-h',
  ignoreErrors: '-i --ignore-errors',
  include: '-I= --include-dir=',
  jobs: '-j[=] --jobs[=]',
  keepGoing: '-k --keep-going',
  dryRun: '-n --just-print --dry-run --recon',
  question: '-q --question',
  silent: '-s --silent --quiet',
  touch: '-t --touch',
  version: '-v --version',
  printFolder: '-w --print-directory',
  noPrintFolder: '--no-print-directory',
} as const;
const IGNORED =
  '-r --no-builtin-rules -R --no-builtin-variables -l[=] --output-sync[=] -O[=] --warn-undefined-variables ' +
  '-S --no-keep-going --trace';
/** Letters that a make inside gets by MAKEFLAGS. */
const INHERITED = [
  ['B', 'always'],
  ['e', 'environment'],
  ['i', 'ignoreErrors'],
  ['k', 'keepGoing'],
  ['n', 'dryRun'],
  ['q', 'question'],
  ['s', 'silent'],
  ['t', 'touch'],
] as const;
const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'] as const;
/** make's status for any error; 1 is only for -q. */
const STOP = 2;
/** Bytes of what $(shell) prints. */
const SHELL_LIMIT = 64 * 1024 * 1024;
/** Makes inside each other: a makefile that calls itself ends here. */
const MAX_LEVEL = 50;

type MakeOptions = Options<keyof typeof OPTIONS>;

/** How many makes are above this one; it is part of every message. */
const level = Number(process.env['MAKELEVEL'] ?? 0) || 0;
const name = level === 0 ? 'make' : `make[${level}]`;
runProgram(name, USAGE, main, USAGE.trimEnd());

/** What a make above hands down stands before this one's own options, which outdo it. */
async function main(given: readonly string[]): Promise<number> {
  if (level > MAX_LEVEL) throw new Failure(`*** ${level} makes inside each other.  Stop.`, STOP);
  // A make above hands down its options and variables.
  const [flags = '', ...inherited] = (process.env['MAKEFLAGS'] ?? '').split(/ (?=-- |[\w.]+=)/);
  const letters = /^[A-Za-z]+$/.test(flags.trim())
    ? [`-${flags.trim()}`]
    : wordsOf(flags).filter((word) => word !== '--');
  const options = parseOptions([...letters, ...inherited.filter((word) => word !== '--'), ...joinJobs(given)], {
    options: OPTIONS,
    ignored: IGNORED,
    status: STOP,
  });
  if (options.has('help', 'version')) {
    await print(options.has('help') ? USAGE : `${VERSION}\nThe language of GNU make, in a container of Slipway\n`);
    return 0;
  }
  for (const folder of options.values('directory')) enter(folder);
  const shows = !options.has('noPrintFolder', 'silent') && (options.has('printFolder', 'directory') || level > 0);
  const say = (text: string): void => {
    process.stdout.write(text);
  };
  if (shows) say(`${name}: Entering directory '${process.cwd()}'\n`);
  try {
    return await new Run(options, say).make();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A message that begins with a place in a makefile has no name before it.
    const placed = /^[^\s:]+:\d+: /.test(error.message);
    return complain(placed ? '' : name, error.message, error.status);
  } finally {
    if (shows) say(`${name}: Leaving directory '${process.cwd()}'\n`);
  }
}

/** `-j 4` is two words, and `-j` alone may stand before a target. */
function joinJobs(args: readonly string[]): string[] {
  return args.flatMap((arg, at) =>
    (arg === '-j' || arg === '--jobs') && /^\d+$/.test(args[at + 1] ?? '')
      ? [`${arg}${arg === '-j' ? '' : '='}${args[at + 1]}`]
      : /^\d+$/.test(arg) && /^(?:-j|--jobs)$/.test(args[at - 1] ?? '')
        ? []
        : [arg],
  );
}

/** -C. Several follow each other, each from where the one before has led. */
function enter(folder: string): void {
  try {
    process.chdir(folder);
  } catch (error) {
    throw new Failure(`*** ${folder}: ${errorText(error)}.  Stop.`, STOP, { cause: error });
  }
}

/** One run in one folder: defines, reads makefiles, updates goals. */
class Run {
  readonly #options: MakeOptions;
  readonly #say: (text: string) => void;
  readonly #variables: Variables;
  readonly #rules = new Rules();
  readonly #reader: MakefileReader;
  readonly #assignments: readonly string[];

  constructor(options: MakeOptions, say: (text: string) => void) {
    this.#options = options;
    this.#say = say;
    this.#variables = new Variables({
      shell: (command) => this.#shell(command),
      wildcard,
      evaluate: (text) => this.#reader.read(text, 'eval', 1),
      say: (kind, text) => this.#message(kind, text),
    });
    this.#reader = new MakefileReader(this.#variables, this.#rules, options.values('include'));
    // `NAME=value` among the goals is an assignment, which makefiles do not override.
    this.#assignments = options.operands.filter((word) => /^[^\s:+?!=#]+(?::?:?|\+|\?|!)=/.test(word));
  }

  async make(): Promise<number> {
    this.#define();
    this.#read();
    const goals = this.#options.operands.filter((word) => !this.#assignments.includes(word));
    // The first target that is no pattern and no dot name, unless a makefile has chosen.
    const fallback = wordsOf(this.#variables.valueOf('.DEFAULT_GOAL'))[0] ?? this.#rules.firstTarget;
    const wanted = goals.length > 0 ? goals : fallback === undefined ? [] : [fallback];
    if (wanted.length === 0) throw new Failure('*** No targets.  Stop.', STOP);
    return await this.#update(wanted);
  }

  async #update(goals: readonly string[]): Promise<number> {
    const { global } = this.#variables;
    const jobs = this.#options.has('jobs') ? Number(this.#options.value('jobs') ?? Infinity) || 1 : 1;
    const updater = new Updater(this.#rules, this.#variables, {
      dryRun: this.#options.has('dryRun'),
      touch: this.#options.has('touch'),
      question: this.#options.has('question'),
      silent: this.#options.has('silent'),
      ignoreErrors: this.#options.has('ignoreErrors'),
      keepGoing: this.#options.has('keepGoing'),
      always: this.#options.has('always'),
      jobs: this.#rules.explicit.has('.NOTPARALLEL') ? 1 : jobs,
      name,
      print: this.#say,
      shellFor: (scope) => this.#recipeShell(scope),
    });
    // A key that interrupts goes to the whole group; make waits for what it has started, and tells how that ended.
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => undefined);
    let failed = false;
    for (const goal of goals.map((word) => word.replace(/^(?:\.\/)+(?=.)/, ''))) {
      const outcome = await updater.update(goal, global);
      failed ||= outcome.failed;
      if (outcome.failed && !this.#options.has('keepGoing')) break;
      if (outcome.failed || (outcome.remade && outcome.hadRecipe) || this.#options.has('question')) continue;
      const isPhony = this.#rules.isMarked('.PHONY', goal);
      // A goal without a recipe whose prerequisites were made has had its words.
      if (outcome.remade && updater.outOfDate) continue;
      if (this.#options.has('silent')) continue;
      const words = outcome.hadRecipe && !isPhony ? `'${goal}' is up to date.` : `Nothing to be done for '${goal}'.`;
      this.#say(`${name}: ${words}\n`);
    }
    return failed ? STOP : this.#options.has('question') && updater.outOfDate ? 1 : 0;
  }

  /**
   * What there is before the first makefile is read. Assignments of the command line come last and outdo what
   * makefiles say.
   */
  #define(): void {
    const { global } = this.#variables;
    const set = (key: string, value: string, origin: 'default' | 'environment' | 'file'): void => {
      global.own.set(key, { value, isSimple: origin !== 'default', origin });
    };
    for (const [key, value] of Object.entries(process.env))
      // GNU make never takes SHELL from the environment: it is a person's login shell.
      if (key !== 'SHELL' && key !== 'MAKEFLAGS') set(key, value ?? '', 'environment');
    set('MAKE', 'make', 'default');
    set('MAKE_VERSION', '4.3', 'default');
    set('SHELL', '/bin/sh', 'default');
    set('.SHELLFLAGS', '-c', 'default');
    set('CURDIR', process.cwd(), 'file');
    set('MAKELEVEL', String(level), 'environment');
    set('MAKECMDGOALS', this.#options.operands.filter((word) => !this.#assignments.includes(word)).join(' '), 'file');
    set('MAKEFLAGS', this.#flags(), 'file');
    set('.RECIPEPREFIX', '', 'default');
    for (const [key, value] of [
      ['CC', 'cc'],
      ['RM', 'rm -f'],
    ] as const)
      // The environment outdoes what is built in (GNU make manual, 6.10).
      if (!global.own.has(key)) set(key, value, 'default');
    for (const word of this.#assignments) {
      const [, key = '', operator = '=', value = ''] = /^([^\s:+?!=#]+)((?::?:?|\+|\?|!)=)(.*)$/s.exec(word) ?? [];
      this.#variables.assign(key, operator, value, 'command line');
    }
  }

  /** MAKEFLAGS for the makes below: letters without a dash, then the assignments behind `--`. */
  #flags(): string {
    const letters = INHERITED.filter(([, option]) => this.#options.has(option)).map(([letter]) => letter);
    const variables = this.#assignments.length === 0 ? '' : ` -- ${this.#assignments.join(' ')}`;
    return `${letters.join('')}${variables}`;
  }

  /** Those of -f, or the first of the three usual names. Goals alone may do without a makefile. */
  #read(): void {
    const given = this.#options.values('file');
    for (const file of given)
      if (file === '-') this.#reader.read(this.#shellInput(), '-', 1);
      else if (!this.#reader.readFile(file)) {
        complain(name, `${file}: No such file or directory`, STOP);
        throw new Failure(`*** No rule to make target '${file}'.  Stop.`, STOP);
      }
    if (given.length > 0) return;
    const found = MAKEFILES.find((file) => existsSync(file));
    if (found !== undefined) this.#reader.readFile(found);
    else if (this.#options.operands.length === 0)
      throw new Failure('*** No targets specified and no makefile found.  Stop.', STOP);
  }

  /** A makefile of `-f -`. */
  #shellInput(): string {
    return spawnSync('cat', [], { stdio: ['inherit', 'pipe', 'inherit'], encoding: 'utf8' }).stdout;
  }

  /** $(info), $(warning) and $(error); the last one ends make. */
  #message(kind: 'info' | 'warning' | 'error', text: string): void {
    if (kind === 'info') this.#say(`${text}\n`);
    else if (kind === 'warning') process.stderr.write(`${this.#variables.place}: ${text}\n`);
    else throw new Failure(`*** ${text}.  Stop.`, STOP);
  }

  /** $(shell): what it prints on one line. */
  #shell(command: string): string {
    const { path, flags } = this.#recipeShell(this.#variables.global);
    const { stdout, status } = spawnSync(path, [...flags, command], {
      encoding: 'utf8',
      maxBuffer: SHELL_LIMIT,
      stdio: ['inherit', 'pipe', 'inherit'],
    });
    this.#variables.global.own.set('.SHELLSTATUS', { value: String(status ?? 1), isSimple: true, origin: 'file' });
    return stdout.replace(/\n+$/, '').replaceAll('\n', ' ');
  }

  /** SHELL and .SHELLFLAGS may be a target's own. */
  #recipeShell(scope: Scope): RecipeShell {
    return {
      path: this.#variables.valueOf('SHELL', scope),
      flags: wordsOf(this.#variables.valueOf('.SHELLFLAGS', scope)),
      env: this.#environment(scope),
      name,
    };
  }

  /** The environment's own variables with what makefiles gave them, and what they export. */
  #environment(scope: Scope): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = { ...process.env };
    const { exported, unexported } = this.#reader;
    const exportsAll = this.#reader.exportsAll || this.#rules.explicit.has('.EXPORT_ALL_VARIABLES');
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
      for (const [key, { origin }] of at.own) {
        if (!/^[A-Za-z_]\w*$/.test(key) || key === 'SHELL' || unexported.has(key)) continue;
        const isOwn = process.env[key] !== undefined || exported.has(key) || origin === 'command line';
        const isEverything = exportsAll && (origin === 'file' || origin === 'override');
        if ((isOwn || isEverything) && origin !== 'environment' && origin !== 'automatic')
          env[key] = this.#variables.valueOf(key, scope);
      }
    for (const key of unexported) delete env[key];
    // make's own, for makefiles and not for programs.
    delete env['CURDIR'];
    delete env['MAKEFILE_LIST'];
    return { ...env, MAKELEVEL: String(level + 1), MAKEFLAGS: this.#flags() };
  }
}

/** Names that match, sorted; one without a star only where it is there. Hidden files want a dot that is written. */
function wildcard(pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return existsSync(pattern) ? [pattern] : [];
  const prefix = /^\.\/(?=.)/.exec(pattern)?.[0] ?? '';
  const hidden = /(?:^|\/)\.[^/.]/.test(pattern);
  return globSync(pattern.slice(prefix.length))
    .filter((found) => hidden || !/(?:^|\/)\.[^/.]/.test(found))
    .map((found) => prefix + found)
    .sort();
}
