import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addOwnKey,
  createSecretBox,
  dropOldOwnKeys,
  isSealed,
  loadSecretKeys,
  makeKeyText,
  ownKeyFile,
} from './index.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'slipway-secrets-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const boxOf = (settings: { SECRET_KEY?: string; SECRET_KEY_FILE?: string }) =>
  createSecretBox(loadSecretKeys({ ...settings, STATE_DIR: folder }));

describe('SecretBox', () => {
  it('SV-23 what is sealed opens in its own place with its own key, and nowhere else', () => {
    const [mine, other] = [boxOf({ SECRET_KEY: makeKeyText() }), boxOf({ SECRET_KEY: makeKeyText() })];
    for (const text of ['', 'a token', '\u{1f511} h\u00e9', 'x'.repeat(100_000)]) {
      const sealed = mine.seal(text, 'table.column:1');
      expect(isSealed(sealed)).toBe(true);
      expect(mine.open(sealed, 'table.column:1')).toBe(text);
      expect(mine.seal(text, 'table.column:1')).not.toBe(sealed);
      expect(() => mine.open(sealed, 'table.column:2')).toThrow('sealed for another place');
      expect(() => other.open(sealed, 'table.column:1')).toThrow(
        /sealed with the key "[0-9a-f]{16}", which is not here$/,
      );
    }
  });

  it('SV-23 a value of which any part was changed or cut does not open', () => {
    const box = boxOf({ SECRET_KEY: makeKeyText() });
    const sealed = box.seal('secret', 'here');
    const [version, keyId, body] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(body, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(() => box.open(`${version}.${keyId}.${changed.toString('base64url')}`, 'here')).toThrow(
        'Cannot open "here"',
      );
    }
    for (const text of [
      '',
      'plain',
      `${version}.${keyId}.`,
      `${version}.${keyId}.AAAA`,
      `sb2.${keyId}.${body}`,
      `${sealed} `,
    ])
      expect(() => box.open(text, 'here'), text).toThrow('it is no sealed value');
    expect(() => box.open(`${version}.${keyId}.${bytes.subarray(0, -1).toString('base64url')}`, 'here')).toThrow();
  });

  it('SV-23 of several keys the first one seals and all open; a value of an older one is outdated', () => {
    const [older, newer] = [makeKeyText(), makeKeyText()];
    const before = boxOf({ SECRET_KEY: older });
    const sealed = before.seal('secret', 'here');
    const both = boxOf({ SECRET_KEY: `${newer}, ${older}\n` });
    expect(both.open(sealed, 'here')).toBe('secret');
    expect([both.isOutdated(sealed), both.isOutdated(both.seal('x', 'here'))]).toEqual([true, false]);
    expect(() => before.open(both.seal('x', 'here'), 'here')).toThrow('which is not here');
  });

  it('SV-23 without settings a key is made in the state folder, for its owner alone, and found again', () => {
    const sealed = boxOf({}).seal('secret', 'here');
    const path = ownKeyFile(folder);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(boxOf({}).open(sealed, 'here')).toBe('secret');
    chmodSync(path, 0o644);
    expect(() => boxOf({})).toThrow('others may read it');
  });

  it('SV-23 a running server takes a new key of the file without a restart', () => {
    const running = boxOf({});
    const old = running.seal('old', 'here');
    addOwnKey(ownKeyFile(folder));
    expect(statSync(ownKeyFile(folder)).mode & 0o777).toBe(0o600);
    const rotated = boxOf({}).seal('new', 'here');
    expect(running.open(rotated, 'here')).toBe('new');
    expect(running.open(old, 'here')).toBe('old');
    expect(running.isOutdated(running.seal('x', 'here'))).toBe(false);
    dropOldOwnKeys(ownKeyFile(folder));
    expect(boxOf({}).open(rotated, 'here')).toBe('new');
    expect(() => boxOf({}).open(old, 'here')).toThrow('which is not here');
  });

  it('SV-23 a key that is none is refused without being told', () => {
    const short = Buffer.alloc(16, 7).toString('base64');
    for (const text of [short, 'x', `${makeKeyText()} !!!`, Array.from({ length: 17 }, makeKeyText).join(' ')]) {
      expect(() => boxOf({ SECRET_KEY: text })).toThrow(
        /^Cannot use SECRET_KEY: (key \d is not 32 bytes|it holds more than 16)/,
      );
      expect(() => boxOf({ SECRET_KEY: text })).not.toThrow(short);
    }
    const path = join(folder, 'given');
    writeFileSync(path, '\n');
    expect(() => boxOf({ SECRET_KEY_FILE: path })).toThrow('it holds no key');
    writeFileSync(path, `${makeKeyText()}\n`);
    expect(boxOf({ SECRET_KEY_FILE: path }).seal('x', 'y')).not.toContain(readFileSync(path, 'utf8').trim());
    expect(() => boxOf({ SECRET_KEY_FILE: join(folder, 'none') })).toThrow('ENOENT');
  });
});
