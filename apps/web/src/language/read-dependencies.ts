import type { WebContainer } from '@webcontainer/api';
import * as z from 'zod';

const names = z.record(z.string(), z.unknown()).optional();
const manifest = z.object({ dependencies: names, devDependencies: names });

/** What package.json names; nothing where there is none, or none that makes sense. */
export async function readDependencies(container: Pick<WebContainer, 'fs'>): Promise<ReadonlySet<string>> {
  const text = await container.fs.readFile('package.json', 'utf8').catch(() => '{}');
  try {
    const { dependencies = {}, devDependencies = {} } = manifest.parse(JSON.parse(text));
    return new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
  } catch (error) {
    // Half typed, it is none just now.
    console.debug('package.json names no dependencies:', error);
    return new Set();
  }
}
