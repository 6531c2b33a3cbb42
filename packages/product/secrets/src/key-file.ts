import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { makeKeyText, parseKeys, type SecretKey } from './secret-keys.ts';

/** Where the server keeps its keys when it is given none: never in the database they protect. */
export function ownKeyFile(stateDirectory: string): string {
  return join(stateDirectory, 'secret-key');
}

/** Reads the server's own key file; makes it first where there is none, which many processes may do at once. */
export function readOwnKeys(path: string): SecretKey[] {
  const text = readIfThere(path) ?? createOwnFile(path);
  // Bits for group and others: somebody else on the machine could have read it.
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Error(`Cannot use the key file "${path}": others may read it; set its mode to 0600`);
  return parseKeys(text, `the key file "${path}"`);
}

/** Puts a fresh key in front; the older ones stay, and open what they have sealed. */
export function addOwnKey(path: string): void {
  readOwnKeys(path);
  replaceFile(path, `${makeKeyText()}\n${readFileSync(path, 'utf8')}`);
}

/** Leaves the first key alone. */
export function dropOldOwnKeys(path: string): void {
  const [first] = readOwnKeys(path);
  replaceFile(path, `${first!.bytes.toString('base64url')}\n`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Whole at once, and only where there is none yet: of two processes, both then read the same key. */
function createOwnFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  const draft = writeDraft(path, `${makeKeyText()}\n`);
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8');
}

function replaceFile(path: string, text: string): void {
  renameSync(writeDraft(path, text), path);
}

function writeDraft(path: string, text: string): string {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
  return draft;
}
