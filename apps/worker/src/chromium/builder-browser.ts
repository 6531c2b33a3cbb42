import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserContext, chromium } from 'playwright-core';
import { cpuPrefix } from '../processes/cpu-set.ts';
import {
  cpuSeconds,
  listProcessTree,
  sendSignal,
  treeMemoryAbove,
  treeMemoryBytes,
} from '../processes/process-tree.ts';
import { makeSandboxFolder, removeFolder } from '../processes/sandbox-folder.ts';

/**
 * A browser for one job: its own process tree in its own user and process-id
 * namespaces, a profile of its own, Chromium's sandbox on, and no way out but the
 * given proxy. `kill` leaves nothing of it behind.
 */
export interface BuilderBrowser {
  context: BrowserContext;
  /** Of the browser, once it is gone; null where it was killed with all that is around it. */
  exitCode(): Promise<number | null>;
  /** Of its whole process tree: seconds of CPU and bytes of memory. */
  usage(): { cpuSeconds: number; memoryBytes: number };
  /** Closes it within the grace, in milliseconds; then, or without one, by force. */
  kill(graceMs?: number): Promise<void>;
}

/** By this prefix a later worker finds what a dead one left behind. */
export const BUILDER_PREFIX = 'slipway-builder-';

/** A build can pass its limit for as long as this. */
const MEMORY_CHECK_MS = 1000;
const EXIT_LOOKS = 40;
const EXIT_LOOK_MS = 25;

/**
 * Leaves nothing behind where it fails. `onMemoryExceeded` may
 * be called more than once: ending the browser is the caller's.
 */
export async function launchBuilderBrowser(options: {
  executable: string;
  proxyUrl: string;
  /** Whose it is: leftovers are found by it. */
  id: string;
  /** Cores that it sees and may use; undefined: all. */
  cpu?: number;
  memoryLimitBytes: number;
  onMemoryExceeded: (usedBytes: number) => void;
}): Promise<BuilderBrowser> {
  const folder = makeSandboxFolder(BUILDER_PREFIX, options.id);
  const pidFile = join(folder, 'pid');
  const launcher = join(folder, 'launch.sh');
  const exitFile = join(folder, 'exit');
  const cores = options.cpu === undefined ? [] : cpuPrefix(options.cpu);
  const command = [...cores, ...namespaces(), options.executable].map(quote).join(' ');
  // $$ is the leader of the process group that Playwright makes; it waits, as nobody else tells how the browser ended.
  writeFileSync(launcher, `#!/bin/sh\necho $$ > ${quote(pidFile)}\n${command} "$@"\necho $? > ${quote(exitFile)}\n`);
  chmodSync(launcher, 0o700);
  const leader = () => Number(readFileSync(pidFile, 'utf8'));

  let context: BrowserContext;
  try {
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: launcher,
      headless: true,
      // Playwright turns Chromium's sandbox off unless told otherwise; user code runs in this browser.
      chromiumSandbox: true,
      // Nothing of the worker's environment, and with it no connection string, reaches the browser.
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8' },
      // The worker's own handlers end jobs in order; Playwright would end the browser under them.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [
        ...HEADLESS_ARGS,
        `--proxy-server=${options.proxyUrl}`,
        // Loopback goes through the proxy too, which is what refuses it.
        '--proxy-bypass-list=<-loopback>',
        '--webrtc-ip-handling-policy=disable_non_proxied_udp',
        '--disable-quic',
        '--disable-dev-shm-usage',
      ],
    });
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
  const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));

  const watch = setInterval(() => {
    const used = treeMemoryAbove(leader(), options.memoryLimitBytes);
    if (used !== undefined) options.onMemoryExceeded(used);
  }, MEMORY_CHECK_MS);

  let killed: Promise<void> | undefined;
  /** The launcher writes it a moment after the browser has closed its pipes; its own end is not waited for long. */
  const exitCode = async (): Promise<number | null> => {
    for (let look = 0; look < EXIT_LOOKS; look++) {
      const code = existsSync(exitFile) ? readFileSync(exitFile, 'utf8') : '';
      if (code !== '') return Number(code);
      if (killed !== undefined) break;
      await sleep(EXIT_LOOK_MS);
    }
    return null;
  };
  const kill = async (graceMs: number): Promise<void> => {
    clearInterval(watch);
    if (graceMs > 0) await Promise.race([context.close(), closed, sleep(graceMs, undefined, { ref: false })]);
    // Listed before the first is killed: afterwards their
    // parents are gone, and with them the way to find them.
    const tree = process.platform === 'linux' ? listProcessTree(leader()) : [];
    sendSignal(-leader(), 'SIGKILL');
    // With its first process the whole process-id namespace dies; where there is none, one by one.
    for (const pid of tree) sendSignal(pid, 'SIGKILL');
    await closed;
    await removeFolder(folder);
  };
  return {
    context,
    exitCode,
    usage: () => ({ cpuSeconds: cpuSeconds(listProcessTree(leader())), memoryBytes: treeMemoryBytes(leader()) }),
    kill: (graceMs = 0) => (killed ??= kill(graceMs)),
  };
}

/**
 * The command in front of the browser. Chromium refuses to run as root with its
 * sandbox on; in a user namespace of its own, root is an ordinary user to it, and
 * the sandbox's own namespaces nest below. The process-id namespace makes killing
 * complete. Where the kernel allows none, Chromium runs as it is: as an ordinary
 * user with its sandbox on, or, as root, not at all.
 */
function namespaces(): string[] {
  const asUser = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];
  const withPids = [...asUser, '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];
  return [withPids, asUser].find(([command = '', ...args]) => spawnSync(command, [...args, 'true']).status === 0) ?? [];
}

/** For sh: only a single quote needs care in single quotes. */
function quote(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
