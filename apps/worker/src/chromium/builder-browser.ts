import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { listProcessTree, treeMemoryBytes } from './process-group.ts';

/**
 * A browser for one job: its own process tree in its own user and process-id
 * namespaces, a profile of its own, Chromium's sandbox on, and no way out but the
 * given proxy. `kill` leaves nothing of it behind.
 */
export interface BuilderBrowser {
  context: BrowserContext;
  kill(): Promise<void>;
}

/** A build can pass its limit for as long as this. */
const MEMORY_CHECK_MS = 1000;

/**
 * Leaves nothing behind where it fails. `onMemoryExceeded` may
 * be called more than once: ending the browser is the caller's.
 */
export async function launchBuilderBrowser(options: {
  executable: string;
  proxyUrl: string;
  memoryLimitBytes: number;
  onMemoryExceeded: (usedBytes: number) => void;
}): Promise<BuilderBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-builder-'));
  const pidFile = join(folder, 'pid');
  const launcher = join(folder, 'launch.sh');
  // $$ is the leader of the process group that Playwright makes, and stays so through exec.
  writeFileSync(
    launcher,
    `#!/bin/sh\necho $$ > ${quote(pidFile)}\nexec ${[...namespaces(), options.executable].map(quote).join(' ')} "$@"\n`,
  );
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
        `--proxy-server=${options.proxyUrl}`,
        // Loopback goes through the proxy too, which is what refuses it.
        '--proxy-bypass-list=<-loopback>',
        '--webrtc-ip-handling-policy=disable_non_proxied_udp',
        '--disable-quic',
        '--disable-dev-shm-usage',
      ],
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  const watch = setInterval(() => {
    const used = treeMemoryBytes(leader());
    if (used > options.memoryLimitBytes) options.onMemoryExceeded(used);
  }, MEMORY_CHECK_MS);

  let killed: Promise<void> | undefined;
  return {
    context,
    kill: () =>
      (killed ??= (async () => {
        clearInterval(watch);
        const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
        // Listed before the first is killed: afterwards their
        // parents are gone, and with them the way to find them.
        const tree = process.platform === 'linux' ? listProcessTree(leader()) : [];
        killGroup(leader());
        // With its first process the whole process-id namespace dies; where there is none, one by one.
        for (const pid of tree) killOne(pid);
        await closed;
        rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      })()),
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

// Of a group that Playwright has made: the negative pid is kill(2)'s.
function killGroup(leader: number): void {
  killOne(-leader);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** For sh: only a single quote needs care in single quotes. */
function quote(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
