import { expect, it } from 'vitest';
import { matchOrigin, matchPreview } from './origin-pattern.ts';

const runtime = 'http://{container}.rt.slipway.localhost:4000';
const preview = 'http://{port}--{id}.slipway.localhost:4000';

it('the values of a pattern are read back', () => {
  expect(matchOrigin(runtime, 'http://abc.rt.slipway.localhost:4000')).toEqual({ container: 'abc' });
  expect(matchPreview(preview, 'http://3000--a-b.slipway.localhost:4000')).toEqual({ port: 3000, id: 'a-b' });
});

it.each([
  'http://abc.rt.slipway.localhost:4001',
  'https://abc.rt.slipway.localhost:4000',
  'http://a.b.rt.slipway.localhost:4000',
  'http://abc.rtXslipway.localhost:4000',
  'http://.rt.slipway.localhost:4000',
  'http://abc.rt.slipway.localhost:4000.evil',
])('%s is another host', (origin) => {
  expect(matchOrigin(runtime, origin)).toBeUndefined();
});

it.each([
  'http://0--a.slipway.localhost:4000',
  'http://65536--a.slipway.localhost:4000',
  'http://x--a.slipway.localhost:4000',
  'http://3000-a.slipway.localhost:4000',
])('%s is no preview', (origin) => {
  expect(matchPreview(preview, origin)).toBeUndefined();
});
