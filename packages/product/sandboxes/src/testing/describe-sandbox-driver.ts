import { type SandboxConfig, sandboxConfig } from '@slipway/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointStore, SandboxDriver, SandboxState } from '../sandbox-driver.ts';
import type { SandboxCommand, SandboxFile } from '../sandbox-machine.ts';

/** Checkpoints in memory: what is kept where is not the driver's. */
export function makeCheckpoints(): CheckpointStore {
  const kept = new Map<string, SandboxState>();
  return {
    save: async (id, checkpointId, state) => void kept.set(`${id}/${checkpointId}`, state),
    load: async (id, checkpointId) => kept.get(`${id}/${checkpointId}`),
  };
}

/** Small limits, so that a test reaches them. */
export const configOf = (more: Partial<SandboxConfig> = {}): SandboxConfig => sandboxConfig.parse({ cpu: 1, ...more });

const text = (path: string, content: string, mode = 0o644): SandboxFile => ({
  kind: 'file',
  path,
  mode,
  bytes: new TextEncoder().encode(content),
});
const node = (program: string): SandboxCommand => ({ command: 'node', args: ['-e', program] });

/**
 * The contract of `SandboxDriver`: the tests that every driver passes. `remains` counts what is left on this machine
 * of the driver's sandboxes: processes and folders. `cycles`: of create and destroy, at the end.
 */
export function describeSandboxDriver(
  name: string,
  open: (checkpoints: CheckpointStore, progress: (id: string) => void) => Promise<SandboxDriver> | SandboxDriver,
  { remains, cycles }: { remains: () => Promise<number> | number; cycles: number },
): void {
  describe(`the sandbox driver "${name}"`, () => {
    let driver: SandboxDriver;
    const progressed: string[] = [];
    beforeAll(async () => void (driver = await open(makeCheckpoints(), (id) => progressed.push(id))));
    afterAll(async () => {
      for (const { id } of (await driver?.list()) ?? []) await driver.destroy(id);
      expect(await remains()).toBe(0);
    });

    async function said(id: string, command: SandboxCommand) {
      const out = { stdout: '', stderr: '' };
      const onOutput: SandboxCommand['onOutput'] = (stream, bytes) => {
        out[stream] += Buffer.from(bytes).toString();
      };
      return { ...(await driver.run(id, { ...command, onOutput })), ...out };
    }
    const read = async (id: string, path: string) => Buffer.from(await driver.readFile(id, path)).toString();

    it('SB-01 SB-02 SB-03 a sandbox is created, started with its files, and tells its status', async () => {
      expect(await driver.status('life')).toBe('not_found');
      const config = configOf();
      expect(await driver.create('life', config)).toMatchObject({ id: 'life', config, status: 'created' });
      const files: SandboxFile[] = [
        text('tool', '#!/bin/sh\necho "it runs"\n', 0o755),
        { kind: 'dir', path: 'empty/folder', mode: 0o755 },
        text('deep/a.txt', 'a'),
        { kind: 'link', path: 'link.txt', target: 'deep/a.txt' },
      ];
      expect(await driver.start('life', { files, command: null })).toMatchObject({ status: 'running' });
      expect(await said('life', { command: 'sh', args: ['-c', './tool; echo no >&2; exit 3'] })).toEqual({
        code: 3,
        signal: null,
        stdout: 'it runs\n',
        stderr: 'no\n',
      });
      expect(await read('life', 'link.txt')).toBe('a');
      const shown = await said(
        'life',
        node(
          `console.log(require('os').availableParallelism(), process.env.NAME, require('fs').existsSync('empty/folder'))`,
        ),
      );
      expect(shown.stdout).toBe('1 undefined true\n');
      const env = { NAME: "it's" };
      expect((await said('life', { ...node(`console.log(process.env.NAME)`), env })).stdout).toBe("it's\n");
      const report = await driver.status('life');
      expect(report).toMatchObject({ status: 'running', exitCode: null, problem: null });
      expect(report !== 'not_found' && report.uptimeMs !== null && report.uptimeMs >= 0).toBe(true);
      expect(progressed).toContain('life');
      const usage = (await driver.usage('life'))!;
      expect(usage.memoryUsage).toBeGreaterThan(0);
      expect(usage.cpuUsage + usage.diskUsage).toBeGreaterThanOrEqual(0);
      await expect(driver.start('life', { files, command: null })).rejects.toThrow('Cannot start life: it is running');
    });

    it('SB-04 destroy is listed and harmless again; what runs then is told so', async () => {
      const running = driver.run('life', node('setInterval(() => {}, 1e6)'));
      const ended = expect(running).rejects.toThrow('life has ended');
      expect(await driver.destroy('life')).toBe(true);
      await ended;
      expect(await driver.status('life')).toMatchObject({ status: 'destroyed' });
      expect(await driver.destroy('life')).toBe(true);
      expect((await driver.list()).map(({ id }) => id)).toContain('life');
      driver.forget('life');
      expect(await driver.status('life')).toBe('not_found');
    });

    it('SB-01 what an earlier one of the id had is gone', async () => {
      await driver.create('life', configOf({ processes: 4 }));
      await driver.start('life', { files: [text('new.txt', 'new')], command: null });
      expect((await said('life', { command: 'ls', args: [] })).stdout).toBe('new.txt\n');
      expect((await driver.list()).filter(({ id }) => id === 'life')).toHaveLength(1);
    });

    it('SB-02 SB-04 SB-05 SB-06 an unknown id is not found, and nothing is done', async () => {
      await expect(driver.start('nobody', { files: [], command: null })).rejects.toThrow('nobody not found');
      await expect(driver.run('nobody', node(''))).rejects.toThrow('nobody not found');
      expect(await driver.checkpoint('nobody', 'one')).toBe(false);
      expect(await driver.restore('nobody', 'one')).toBe(false);
      expect(await driver.stop('nobody')).toBe(false);
      expect(await driver.usage('nobody')).toBeUndefined();
      expect(await driver.destroy('nobody')).toBe(false);
    });

    it('SB-05 SB-06 a checkpoint brings back exactly its files, and what ran', async () => {
      const run = node(`require('fs').writeFileSync('started-' + Date.now() + '.run', ''); setInterval(() => {}, 1e6)`);
      await driver.create('saved', configOf({ outputBytes: 200_000 }));
      await driver.start('saved', { files: [text('kept.txt', 'before'), text('gone.txt', 'x')], command: run });
      const runs = async () =>
        (await said('saved', node(`console.log(require('fs').readdirSync('.').sort().join(' '))`))).stdout
          .split(/\s/)
          .filter((file) => file.endsWith('.run'));
      await expect.poll(async () => (await runs()).length).toBe(1);
      const change = (program: string) => said('saved', node(`const fs = require('fs'); ${program}`));
      await change(`fs.mkdirSync('node_modules/a', { recursive: true }); fs.writeFileSync('node_modules/a/b', '')`);
      await change(`fs.rmSync('gone.txt'); fs.chmodSync('kept.txt', 0o755); fs.writeFileSync('.hidden', 'h')`);
      expect(await driver.checkpoint('saved', 'one')).toBe(true);
      await change(`fs.writeFileSync('kept.txt', 'after'); fs.writeFileSync('extra.txt', ''); fs.rmSync('.hidden')`);
      expect(await driver.restore('saved', 'none')).toBe(false);
      expect(await driver.status('saved')).toMatchObject({ status: 'running' });
      expect(await driver.restore('saved', 'one')).toBe(true);
      expect(await driver.status('saved')).toMatchObject({ status: 'running', problem: null });
      await expect.poll(async () => (await runs()).length).toBe(2);
      const left = (await said('saved', node(`console.log(require('fs').readdirSync('.').sort().join(' '))`))).stdout;
      expect(left.split(/\s/).filter((file) => !file.endsWith('.run') && file !== '')).toEqual(['.hidden', 'kept.txt']);
      expect(await read('saved', 'kept.txt')).toBe('before');
      const mode = node(`console.log((require('fs').statSync('kept.txt').mode & 0o777).toString(8))`);
      expect((await said('saved', mode)).stdout).toBe('755\n');
    });

    it('SB-07 stop keeps the record as exited; its files can be brought back', async () => {
      expect(await driver.stop('saved')).toBe(true);
      expect(await driver.status('saved')).toMatchObject({ status: 'exited', problem: null });
      await expect(driver.run('saved', node(''))).rejects.toThrow('it is exited');
      expect(await driver.checkpoint('saved', 'two')).toBe(false);
      expect(await driver.restore('saved', 'one')).toBe(true);
      expect(await read('saved', 'kept.txt')).toBe('before');
    });

    it.each<[string, string, string, RegExp]>([
      [
        'output',
        'saved',
        `const s = 'x'.repeat(65536); const more = () => process.stdout.write(s, more); more()`,
        /more than 200000 b/,
      ],
      [
        'disk',
        'full',
        `require('fs').writeFileSync('large', Buffer.alloc(24 * 1024 * 1024, 1)); setInterval(() => {}, 1e6)`,
        /more than 8 MiB of files/,
      ],
      [
        'processes',
        'life',
        `const c = require('child_process'); for (let i = 0; i < 8; i++) c.spawn('node', ['-e', 'setInterval(() => {}, 1e6)'])`,
        /more than 4 processes/,
      ],
    ])('SB-08 too much %s ends the sandbox and says so', async (_, id, program, problem) => {
      if (id === 'full') {
        await driver.create(id, configOf({ diskMiB: 8 }));
        await driver.start(id, { files: [], command: null });
      }
      await expect(driver.run(id, node(program))).rejects.toThrow(problem);
      await expect.poll(() => driver.status(id)).toMatchObject({ status: 'exited' });
      const report = await driver.status(id);
      expect(report !== 'not_found' && report.problem).toMatch(problem);
      // The one beside it goes on.
      if (id !== 'life') expect(await driver.status('life')).toMatchObject({ status: 'running' });
      if (id === 'full') await driver.destroy(id);
    });

    it(`SB-04 nothing is left of ${cycles} that were created and destroyed`, async () => {
      for (const { id } of await driver.list()) await driver.destroy(id);
      expect(await remains()).toBe(0);
      for (let cycle = 0; cycle < cycles; cycle++) {
        await driver.create(`cycle-${cycle}`, configOf());
        // Once more over one whose process is there.
        if (cycle === 0) await driver.create(`cycle-${cycle}`, configOf());
        expect(await driver.destroy(`cycle-${cycle}`)).toBe(true);
        driver.forget(`cycle-${cycle}`);
      }
      expect(await remains()).toBe(0);
    });
  });
}
