/** Runs `dump.cts` in the pinned Node. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BindingShapes, NodeData } from '../src/index.ts';

/** What `dump.cts` finds in the binary: sources by id, facts, and the shapes of its bindings. */
export interface Extraction {
  readonly natives: Readonly<Record<string, string>>;
  readonly data: NodeData;
  readonly shapes: BindingShapes;
  readonly curves: readonly DumpedCurve[];
}

/** An elliptic curve as the binary's OpenSSL has it. */
export interface DumpedCurve {
  readonly name: string;
  /** Content of the OID's DER, in hex. */
  readonly oid: string | null;
  /** NIST's name, which most functions take as well. */
  readonly nist: string | null;
  /** The name under which these parameters are read again; most often the same. */
  readonly recognised: string;
  readonly signs: boolean;
  /** SpecifiedECDomain in DER, in hex. */
  readonly parameters: string;
}

/** Neither the environment nor a config file of this machine may show in what is dumped. */
const CLEAN_ENVIRONMENT = { PATH: '/usr/bin:/bin', LANG: 'C' };

/**
 * Runs the dump in Node itself, `node` being the path of the
 * pinned binary: only there are lib's texts and bindings whole.
 */
export function extract(node: string): Extraction {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-node-lib-'));
  try {
    const output = join(directory, 'dump.json');
    const script = join(import.meta.dirname, 'dump.cts');
    // Quiet by the environment: an option would show in the dumped option values.
    execFileSync(node, ['--expose-internals', script, output], {
      env: { ...CLEAN_ENVIRONMENT, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return JSON.parse(readFileSync(output, 'utf8')) as Extraction;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
