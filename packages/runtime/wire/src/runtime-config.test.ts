import { describe, expect, it } from 'vitest';
import { previewOrigin, runtimeConfig, runtimeOrigin } from './runtime-config.ts';

const document = {
  version: 1,
  app: { origin: 'http://a.localhost:1' },
  runtime: {
    originPattern: 'http://{container}.rt.a.localhost:1',
    bareOrigin: 'http://rt.a.localhost:1',
    allowedParents: [],
  },
  preview: { originPattern: 'http://{port}--{id}.a.localhost:1' },
  registry: { origins: [], mirrorPath: '/npm/' },
};

describe('the configuration that pages of the runtime read', () => {
  it('host patterns are filled with checked labels only', () => {
    const config = runtimeConfig.parse(document);
    expect(runtimeOrigin(config, 'abc')).toBe('http://abc.rt.a.localhost:1');
    expect(previewOrigin(config, 5173, 'abc')).toBe('http://5173--abc.a.localhost:1');
    expect(() => runtimeOrigin(config, 'evil.example/')).toThrow();
    expect(() => previewOrigin(config, 70000, 'abc')).toThrow('port is 70000');
  });

  it('what a host puts in for pages of its own is passed over', () => {
    expect(runtimeConfig.parse({ ...document, limits: { blobBytes: 1 } })).toEqual(document);
  });
});
