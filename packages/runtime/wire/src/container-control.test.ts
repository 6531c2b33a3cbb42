import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { controlEvent, controlOffer, controlReply, controlRequest, CONTROL_VERSION } from './container-control.ts';
import { controlHistory } from './control-history.ts';
import { describeSchemas } from './testing/describe-schemas.ts';

describe('the control port', () => {
  it('a changed message needs a new line of history', () => {
    const described = describeSchemas({ controlOffer, controlEvent, controlReply, controlRequest });
    expect(controlHistory.at(-1)?.hash).toBe(createHash('sha256').update(described).digest('hex').slice(0, 16));
  });

  it('versions count up by one, and the offer carries the last one', () => {
    expect(controlHistory.map((entry) => entry.version)).toEqual(controlHistory.map((_, at) => at + 1));
    expect(CONTROL_VERSION).toBe(controlHistory.at(-1)?.version);
  });

  it('output carries bytes, never a string', () => {
    const event = { type: 'output', pid: 2, stream: 'stderr' };
    expect(controlEvent.safeParse({ ...event, chunk: new Uint8Array(1) }).success).toBe(true);
    expect(controlEvent.safeParse({ ...event, chunk: 'text' }).success).toBe(false);
  });
});
