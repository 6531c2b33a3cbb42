import { siteLimits } from '@slipway/contracts';

/** The name alone may be told; the value is what is looked for. */
export interface NamedSecret {
  name: string;
  value: string;
}

/** Looks for secrets in what a build makes (P-30). */
export interface SecretScanner {
  /** The name of a secret that the bytes hold, in any form that it is looked for in. */
  find(bytes: Uint8Array): string | undefined;
  /** A text without the secrets: each is as many stars as say nothing of its length. */
  redact(text: string): string;
}

const STARS = '********';

/**
 * A scanner for the values as they are, and as they look in base64 (plain and for URLs, wherever in a text the
 * value begins) and in an address. A secret of several lines is looked for as a whole in files, and line by line
 * in a log, which has no others.
 */
export function createSecretScanner(secrets: readonly NamedSecret[]): SecretScanner {
  const long = secrets.filter(({ value }) => value.length >= siteLimits.secretUnits);
  const forms = long.map(({ name, value }) => ({ name, texts: formsOf(value) }));
  const inFiles = forms.flatMap(({ name, texts }) => texts.map((text) => ({ name, bytes: Buffer.from(text, 'utf8') })));
  const inLines = [
    ...new Set([
      ...forms.flatMap(({ texts }) => texts),
      ...long.flatMap(({ value }) =>
        value.split(/\r?\n/).filter((line) => line.trim().length >= siteLimits.secretUnits),
      ),
    ]),
  ].sort((a, b) => b.length - a.length);
  return {
    find: (bytes) => {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return inFiles.find((form) => buffer.includes(form.bytes))?.name;
    },
    redact: (text) => inLines.reduce((left, form) => left.replaceAll(form, STARS), text),
  };
}

/** As it is, in an address, in JSON, and in base64 at each of its three alignments. */
function formsOf(value: string): string[] {
  const address = encodeURIComponent(value.toWellFormed());
  const base64 = [0, 1, 2].map((before) => base64Within(value, before));
  return [
    ...new Set([
      value,
      address,
      address.replace(/%[0-9A-F]{2}/g, (sign) => sign.toLowerCase()),
      // As a JavaScript or JSON text has it.
      JSON.stringify(value).slice(1, -1),
      ...base64,
      ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ]),
  ];
}

/** What of base64 is the same whatever stands around: the value begins at the given byte of three. */
function base64Within(value: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value, 'utf8')]);
  const text = bytes.toString('base64').replace(/=+$/, '');
  // Signs that hold bits of what stands before or behind it are not the value's own.
  const from = before === 0 ? 0 : before + 1;
  return text.slice(from, Math.floor((bytes.length * 8) / 6));
}
