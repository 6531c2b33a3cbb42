import {
  deriveRunStatus,
  makeRunReport,
  NO_FACTS,
  nextRun,
  RUN_PORT,
  type RunEvent,
  type RunRecord,
  type RunReport,
  type RunType,
  servesPort,
} from '@slipway/contracts';
import { explainPort } from './explain-port.ts';
import { digestFacts, installNeed, type InstallFacts, type InstallNeed } from './install-need.ts';
import { type InstallProgress, isFetchLine, lockedPackages, makeProgress, nextProgress } from './install-progress.ts';
import { LineSplitter } from './line-splitter.ts';
import { chooseManager, RUN_MANAGERS, type RunManager } from './package-manager.ts';
import { offerDatabases } from './offer-databases.ts';
import { planInstall, planRun, type RunPlan } from './plan-run.ts';
import { endTree, type ProcessGroup, startGroup } from './process-group.ts';
import { treeOf, typedRuns } from './process-trees.ts';
import { type ProcessWatch, watchProcesses } from './process-watch.ts';
import { parseManifest, type ProjectManifest } from './project-scripts.ts';
import { decideRestart, RESTARTS } from './restart-policy.ts';
import { createRunFiles, LOG_PATH, type RunFiles } from './run-files.ts';
import type { RunHost, RunOutput } from './run-host.ts';
import { RunRefused } from './run-refused.ts';
import type { RunView, ScriptTask } from './run-view.ts';

/** Scripts that may run beside the dev server at a time. */
const TASK_LIMIT = 4;
/** Of what the run said last on stderr: its end is explained by it. */
const KEPT_ERRORS = 20;
const NPM_CACHE = '/home/.npm/_cacache';
/** Stands there while a package manager works: `packages/runtime/container/guest/mark-install.ts`. */
const INSTALL_MARK = 'node_modules/.slipway-installing';

/** Whom a driver tells; both are called often. */
export interface RunListeners {
  onChange(): void;
  onOutput(output: RunOutput): void;
}

/**
 * Performs a project's runs in its container, one at a time (RN-04 to RN-09). What is asked for last
 * wins: every begin and every stop takes a turn, and what an older turn still does changes nothing.
 */
export class RunDriver {
  readonly #host: RunHost;
  readonly #listeners: RunListeners;
  readonly #watch: ProcessWatch;
  readonly #files: RunFiles;
  readonly #tasks = new Map<number, { task: ScriptTask; group: ProcessGroup }>();
  #record: RunRecord | null;
  #turn = 0;
  #group: ProcessGroup | undefined;
  #plan: RunPlan | undefined;
  #work: string | undefined;
  #ended: RunView['ended'];
  #progress: InstallProgress | undefined;
  #served = false;
  #restarts: number[] = [];
  #lastErrors: string[] = [];
  #manifest: ProjectManifest | undefined;
  #installed: InstallFacts | undefined;
  #need: InstallNeed = 'none';
  /** See `installNeed`; not looked for yet while it is null. */
  #doubted: string | undefined | null = null;
  #looking: Promise<unknown> = Promise.resolve();
  #nextTask = 1;
  #disposed = false;

  /** `last` is what an earlier holder left: nothing of it is alive in this container (RN-16). */
  constructor(host: RunHost, listeners: RunListeners, last: RunRecord | null) {
    this.#host = host;
    this.#listeners = listeners;
    this.#record = last;
    this.#files = createRunFiles(host.control, (ms) => host.delay(ms));
    this.#files.write(last);
    this.#watch = watchProcesses(host.control, () => this.#looked());
  }

  /** The `dev` script (RN-05). `onlyIfFree`: not when another project runs. */
  start(options: { readonly onlyIfFree?: boolean } = {}): Promise<RunReport> {
    return this.#begin('DEV', options.onlyIfFree ?? false);
  }

  /** The first script that serves the project (RN-06), or the one that was chosen. */
  preview(script?: string): Promise<RunReport> {
    return this.#begin('START', false, script);
  }

  build(): Promise<RunReport> {
    return this.#begin('BUILD', false);
  }

  install(): Promise<RunReport> {
    return this.#begin('INSTALL', false);
  }

  /** Ends whatever the run has started and forgets it; nothing running is as good (RN-09). */
  async stop(cause?: string): Promise<RunReport> {
    this.#turn++;
    await this.#endRun();
    this.#dispatch({ type: 'stopped' });
    this.#ended = undefined;
    this.#host.release();
    if (cause !== undefined) this.#say(cause);
    return this.report();
  }

  /** A script beside the run: a test, a formatter. What serves or builds goes by its own verb. */
  async runScript(script: string): Promise<void> {
    if (script === 'dev') return void (await this.start());
    if (script === 'build') return void (await this.build());
    if (['start', 'preview', 'server'].includes(script)) return void (await this.preview(script));
    const manifest = await this.#mustReadManifest();
    if (!manifest.scripts.has(script))
      throw new RunRefused('NO_SCRIPT', `Cannot run "${script}": package.json has no such script`);
    if (this.#tasks.size >= TASK_LIMIT)
      throw new RunRefused('TOO_MANY', `Cannot run "${script}": ${TASK_LIMIT} scripts run already`);
    const { name: manager } = await this.#manager();
    const { env } = await offerDatabases((path) => this.#host.readFile(path), manifest, null);
    const task = { id: this.#nextTask++, script };
    const request = { command: manager, args: ['run', script], env: { FORCE_COLOR: '1', ...env } };
    const group = this.#startGroup(request, () => undefined);
    this.#tasks.set(task.id, { task, group });
    this.#say(`$ ${manager} run ${script}`);
    this.#changed();
    const end = await group.end.finally(() => this.#tasks.delete(task.id));
    this.#say(`${manager} run ${script} ${endText(end)}`);
    this.#changed();
  }

  async stopScript(taskId: number): Promise<void> {
    await this.#tasks.get(taskId)?.group.kill();
  }

  /** The state of this moment (RN-18): from the record, the process table and the ports, as they are known. */
  report(): RunReport {
    return this.#reportOf(this.#record);
  }

  /** The same for who asks from outside: the container must answer, and the record's file be readable (RN-11). */
  async status(): Promise<RunReport> {
    const file = await this.#files.read();
    await this.#watch.settle();
    const same = file !== 'unreadable' && sameRecord(file, this.#record);
    return this.#reportOf(same ? this.#record : 'unreadable');
  }

  view(): RunView {
    return {
      report: this.report(),
      work: this.#work,
      progress: this.#progress,
      ended: this.#ended,
      restarts: this.#restarts.filter((at) => this.#host.nowMs() - at < RESTARTS.windowMs).length,
      need: this.#need,
      scripts: [...(this.#manifest?.scripts.keys() ?? [])],
      tasks: [...this.#tasks.values()].map(({ task }) => task),
    };
  }

  /** package.json or the lockfile may have changed: reads both, and asks whether an install is due. */
  async refresh(): Promise<void> {
    // In the middle of an install the files say nothing yet.
    if (this.#progress !== undefined) return;
    await this.#installNeed().catch((error: unknown) => {
      if (!(error instanceof RunRefused)) throw error;
      this.#manifest = undefined;
    });
    this.#changed();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#turn++;
    await Promise.all([this.#endRun(), ...[...this.#tasks.values()].map(({ group }) => group.kill())]);
    this.#watch.close();
  }

  async #begin(type: RunType, onlyIfFree: boolean, script?: string): Promise<RunReport> {
    const turn = ++this.#turn;
    const manifest = await this.#mustReadManifest();
    const plan = planRun(type, await this.#manager(), manifest.scripts, script);
    const { mongo } = await this.#host.acquire(onlyIfFree);
    const { env, said } = await offerDatabases((path) => this.#host.readFile(path), manifest, mongo);
    await this.#endRun();
    await this.#endTyped(type);
    if (turn !== this.#turn) throw new RunRefused('SUPERSEDED', 'Something else was asked for before this could begin');
    this.#restarts = [];
    const offered = { ...plan, env: { ...plan.env, ...env } };
    this.#beginRecord(offered);
    if (type !== 'INSTALL') for (const line of said) this.#say(line);
    this.#perform(turn, offered).catch((error: unknown) => this.#failed(turn, error));
    return this.report();
  }

  #beginRecord(plan: RunPlan): void {
    this.#plan = plan;
    this.#served = false;
    this.#ended = undefined;
    this.#lastErrors = [];
    this.#files.beginLog();
    const { appId, container } = this.#host;
    const startedAt = Math.floor(this.#host.nowMs() / 1000);
    this.#dispatch({ type: 'begin', run: { appId, type: plan.type, startedAt, logPath: LOG_PATH, container } });
  }

  async #perform(turn: number, plan: RunPlan): Promise<void> {
    if (plan.type === 'INSTALL' || (await this.#installNeed()) !== 'none') {
      const code = await this.#install(turn);
      if (turn !== this.#turn) return;
      if (plan.type === 'INSTALL' || code !== 0) return this.#hasEnded(turn, `${plan.command} install`, code);
    }
    if (turn !== this.#turn) return;
    this.#work = `${plan.command} run ${plan.script ?? ''}`;
    const code = await this.#runGroup(turn, plan);
    if (turn === this.#turn) this.#hasEnded(turn, this.#work, code);
  }

  async #install(turn: number): Promise<number | null> {
    const manager = await this.#manager();
    const lockfile = manager.name === 'npm' ? await this.#host.readFile(manager.lockfile) : undefined;
    this.#progress = makeProgress(lockedPackages(lockfile));
    this.#work = `${manager.name} install`;
    await this.#note(null);
    try {
      const code = await this.#runGroup(turn, planInstall(manager));
      if (code === 0) {
        // What is looked at from here on is compared with this.
        await this.#looking;
        this.#installed = await this.#readInstallFacts();
        this.#need = 'none';
        this.#doubted = undefined;
        await this.#note(this.#installed);
        this.#dropCache();
      }
      return code;
    } finally {
      if (turn === this.#turn) this.#progress = undefined;
    }
  }

  /** Runs one program of the run to its end; null: a signal ended it. */
  async #runGroup(turn: number, { command, args, env }: RunPlan): Promise<number | null> {
    this.#say(`$ ${[command, ...args.filter((arg) => !arg.startsWith('--loglevel'))].join(' ')}`);
    const group = this.#startGroup({ command, args: [...args], env: { ...env } }, (pid) => {
      if (turn === this.#turn) this.#dispatch({ type: 'spawned', pid });
    });
    this.#group = group;
    this.#changed();
    const end = await group.end;
    if (this.#group === group) this.#group = undefined;
    return end.code;
  }

  #startGroup(
    request: { command: string; args: string[]; env: Record<string, string> },
    onPid: (pid: number) => void,
  ): ProcessGroup {
    const splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
    const group = startGroup(this.#host.control, this.#watch, request, {
      pid: onPid,
      output: (stream, chunk) => {
        this.#files.log(chunk);
        this.#print(stream, splitters[stream].push(chunk));
      },
      delay: (ms) => this.#host.delay(ms),
    });
    const rest = (): void => {
      for (const stream of ['stdout', 'stderr'] as const) this.#print(stream, splitters[stream].end());
    };
    group.end.then(rest, rest);
    return group;
  }

  #hasEnded(turn: number, work: string, code: number | null): void {
    const run = this.#record;
    const finishedAt = Math.floor(this.#host.nowMs() / 1000);
    this.#dispatch({ type: 'ended', exitCode: code, finishedAt });
    this.#work = undefined;
    this.#ended = { work, code };
    this.#say(`${work} ${endText({ code })}`);
    const now = this.#host.nowMs();
    const decision = decideRestart(
      { code, served: this.#served && run !== null && servesPort(run.type) },
      this.#restarts,
      now,
    );
    if (decision.restart) {
      this.#restarts.push(now);
      this.#say(`It is started again, ${this.#restarts.length} of ${RESTARTS.most} times in a minute`);
      void this.#restart(turn, decision.delayMs).catch((error: unknown) => this.#failed(turn, error));
    } else {
      if (decision.exhausted) this.#say(`It ended ${RESTARTS.most + 1} times in a minute and is not started again`);
      this.#host.release();
    }
    this.#changed();
  }

  async #restart(turn: number, delayMs: number): Promise<void> {
    await this.#host.delay(delayMs);
    const plan = this.#plan;
    if (turn !== this.#turn || plan === undefined) return;
    this.#beginRecord(plan);
    await this.#perform(turn, plan);
  }

  /** The container did not do it at all: no memory, or its page is gone. */
  #failed(turn: number, error: unknown): void {
    if (turn !== this.#turn || this.#disposed) return;
    const text = error instanceof Error ? error.message : String(error);
    this.#lastErrors.push(text);
    this.#print('stderr', [text]);
    this.#hasEnded(turn, this.#work ?? 'The run', 1);
  }

  async #endRun(): Promise<void> {
    const group = this.#group;
    this.#group = undefined;
    this.#work = undefined;
    this.#progress = undefined;
    await group?.kill();
  }

  /** What was typed into a terminal goes too (RN-04); for the dev server only what has its port. */
  async #endTyped(type: RunType): Promise<void> {
    const ports = this.#watch.ports();
    const holds = ports.find(({ port }) => port === RUN_PORT)?.pid;
    for (const tree of typedRuns(this.#watch.processes(), ports)) {
      const [top] = tree;
      if (top === undefined || (type === 'DEV' && !tree.some(({ pid }) => pid === holds))) continue;
      this.#say(`Ends what was typed into the terminal: ${[top.command, ...top.args].join(' ').slice(0, 200)}`);
      await endTree(this.#host.control, this.#watch, top.pid, undefined, (ms) => this.#host.delay(ms));
    }
  }

  /** The one door through which the record changes: file, mirror and listeners see every change. */
  #dispatch(event: RunEvent): void {
    const next = nextRun(this.#record, event);
    if (next === undefined) return;
    this.#record = next;
    this.#files.write(next);
    this.#host.mirror(next);
    this.#changed();
  }

  #reportOf(run: RunRecord | null | 'unreadable'): RunReport {
    const processes = this.#watch.processes();
    const open = this.#watch.ports();
    const leader = this.#record?.pid ?? null;
    const own = new Set(leader === null ? [] : treeOf(processes, leader).map(({ pid }) => pid));
    // Somebody else's server on the preview's port is not this run's.
    const ports = open.filter(({ pid }) => own.has(pid)).map(({ port }) => port);
    const facts = this.#disposed
      ? NO_FACTS
      : {
          container: this.#host.container,
          pids: processes.filter(({ state }) => state !== 'zombie').map(({ pid }) => pid),
          ports,
        };
    const shown = open.find(({ port }) => port === RUN_PORT);
    return makeRunReport(this.#host.appId, run, {
      facts,
      ports: open.map(({ port, url }) => ({ port, url })),
      previewUrl: shown?.url ?? null,
      cause:
        run === 'unreadable' ? 'The record of the run cannot be read' : this.#cause(deriveRunStatus(run, facts), ports),
    });
  }

  #cause(status: RunReport['status'], ports: readonly number[]): string | null {
    if (status === 'DEAD' || status === 'FAILED') {
      const said = this.#lastErrors.map((line) => plainText(line).trim()).filter((line) => line !== '');
      const what = this.#ended === undefined ? 'It is gone' : `${this.#ended.work} ${endText(this.#ended)}`;
      return [what, ...said.slice(-3)].join('\n');
    }
    const script = this.#plan?.script;
    if (status !== 'STARTING' || script === undefined || this.#progress !== undefined) return null;
    const holder = this.#watch.ports().find(({ port }) => port === RUN_PORT);
    const process = holder && this.#watch.processes().find(({ pid }) => pid === holder.pid);
    const taken = process && { pid: process.pid, command: [process.command, ...process.args].join(' ') };
    return explainPort({ name: script, script: this.#manifest?.scripts.get(script) ?? '', ports, taken });
  }

  #looked(): void {
    if (this.report().status === 'RUNNING') this.#served = true;
    this.#changed();
  }

  #changed(): void {
    if (!this.#disposed) this.#listeners.onChange();
  }

  #say(text: string): void {
    this.#listeners.onOutput({ stream: 'system', lines: [text] });
  }

  #print(stream: 'stdout' | 'stderr', lines: readonly string[]): void {
    const shown = lines.filter((line) => !isFetchLine(line));
    if (this.#progress !== undefined && shown.length < lines.length) {
      this.#progress = lines.reduce((progress, line) => nextProgress(progress, line), this.#progress);
      this.#changed();
    }
    if (shown.length === 0) return;
    if (stream === 'stderr') this.#lastErrors = [...this.#lastErrors, ...shown].slice(-KEPT_ERRORS);
    this.#listeners.onOutput({ stream, lines: shown });
  }

  async #mustReadManifest(): Promise<ProjectManifest> {
    const text = await this.#host.readFile('package.json');
    this.#manifest = text === undefined ? undefined : parseManifest(text);
    if (this.#manifest !== undefined) return this.#manifest;
    throw new RunRefused(
      'NO_MANIFEST',
      text === undefined
        ? 'Cannot run the project: it has no package.json'
        : 'Cannot run the project: its package.json is not JSON',
    );
  }

  async #readInstallFacts(): Promise<InstallFacts> {
    const { dependencies, installs } = await this.#mustReadManifest();
    const manager = await this.#manager();
    const [lockfile, ...marks] = await Promise.all(
      [manager.lockfile, ...manager.installed].map((path) => this.#host.readFile(path)),
    );
    return { dependencies, installs, lockfile, installed: marks.find((text) => text !== undefined) };
  }

  /** Whose project it is, by the package.json that was read last and the lockfiles that are there. */
  async #manager(): Promise<RunManager> {
    const { packageManager } = this.#manifest ?? {};
    const lockfiles = RUN_MANAGERS.map(({ lockfile }) => lockfile);
    const texts = await Promise.all(lockfiles.map((path) => this.#host.readFile(path)));
    const there = new Set(lockfiles.filter((_, at) => texts[at] !== undefined));
    return chooseManager(packageManager, (lockfile) => there.has(lockfile));
  }

  /** A node_modules that outlived its tab counts only if the last install left everything as it is now. */
  async #doubt(now: InstallFacts): Promise<string | undefined> {
    const { kept } = this.#host;
    if (kept?.restored !== true || now.installed === undefined) return undefined;
    const interrupted = (await this.#host.readFile(INSTALL_MARK)) !== undefined;
    return !interrupted && kept.installed === (await digestFacts(now)) ? undefined : now.installed;
  }

  /** What is written down must never be better than what is there: before an install nothing is. */
  async #note(facts: InstallFacts | null): Promise<void> {
    await this.#host.kept
      ?.note(facts === null || facts.installed === undefined ? null : await digestFacts(facts))
      .catch((error: unknown) => console.warn('Cannot note what is installed:', error));
  }

  /** It is not needed again: the server's mirror has it, and it takes as much memory as what was installed. */
  #dropCache(): void {
    this.#host.control
      .run({ command: 'rm', args: ['-rf', NPM_CACHE], cwd: '' })
      .catch((error: unknown) => console.info('The cache of npm stays:', error));
  }

  /** One look after the other: an older one that ends later would bring back what is no more. */
  #installNeed(): Promise<InstallNeed> {
    const look = this.#looking.then(() => this.#lookForNeed());
    this.#looking = look.catch(() => undefined);
    return look;
  }

  async #lookForNeed(): Promise<InstallNeed> {
    const now = await this.#readInstallFacts();
    if (this.#doubted === null) this.#doubted = await this.#doubt(now);
    const need = installNeed(now, this.#installed, this.#doubted);
    // Installed by hand, or before this driver looked: as it is now is what later changes are compared with.
    if (need === 'none' && now.installed !== this.#installed?.installed) {
      this.#installed = now;
      await this.#note(now);
    }
    this.#need = need;
    return need;
  }
}

function endText({ code }: { readonly code: number | null }): string {
  return code === null ? 'was ended by a signal' : `ended with code ${code}`;
}

/** Whether the file holds what was written into it; programs of the project can write there too. */
function sameRecord(file: RunRecord | null, record: RunRecord | null): boolean {
  if (file === null || record === null) return file === record;
  return (Object.keys(record) as (keyof RunRecord)[]).every((key) => file[key] === record[key]);
}

/** Without the escapes that colour it. */
function plainText(line: string): string {
  // eslint-disable-next-line no-control-regex
  return line.replace(/\x1b\[[\d;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]/g, '');
}
