import { describe, expect, test } from 'vitest';
import { parseConfig } from '../config.ts';
import { createHosts } from './hosts.ts';

const local = createHosts(parseConfig({}), 4000);

describe('hosts', () => {
  test('the Host header decides, and nothing that only looks like a host of ours passes', () => {
    const label = 'a'.repeat(32);
    expect(local.classify('slipway.localhost:4000')).toEqual({ kind: 'app' });
    expect(local.classify('SLIPWAY.localhost')).toEqual({ kind: 'app' });
    expect(local.classify('rt.slipway.localhost:4000')).toEqual({ kind: 'runtime', label: undefined });
    expect(local.classify('c1.rt.slipway.localhost:4000')).toEqual({ kind: 'runtime', label: 'c1' });
    expect(local.classify('5173--c1.slipway.localhost:4000')).toEqual({ kind: 'preview', port: 5173, id: 'c1' });
    expect(local.classify(`${label}.slipway-sites.localhost:4000`)).toEqual({ kind: 'site', label });
    for (const host of ['localhost:4000', '127.0.0.1:4000', '[::1]:4000']) expect(local.classify(host), host).toEqual({ kind: 'loopback' });
    for (const host of [
      undefined,
      '',
      'evil.example',
      'slipway.localhost.evil.example',
      'evilslipway.localhost',
      'x.slipway.localhost',
      'a.b.rt.slipway.localhost',
      '0--c1.slipway.localhost',
      '70000--c1.slipway.localhost',
      '5173--.slipway.localhost',
      '5173--a--b.slipway.localhost',
      'a b.slipway.localhost',
      'slipway-sites.localhost',
      'builder.slipway.localhost',
    ]) {
      expect(local.classify(host), String(host)).toEqual({ kind: 'unknown' });
    }
  });

  test('an operator\'s domains carry the scheme and port of PUBLIC_URL', () => {
    const hosts = createHosts(parseConfig({ PUBLIC_URL: 'https://ide.example.org/', RUN_DOMAIN: 'run.example.org', SITES_DOMAIN: 'sites.example.net' }), 4000);
    expect(hosts.runtimePattern).toBe('https://{container}.rt.run.example.org');
    expect(hosts.sitePattern).toBe('https://{label}.sites.example.net');
    expect(hosts.classify('ide.example.org')).toEqual({ kind: 'app' });
    expect(hosts.classify('3000--c1.run.example.org')).toEqual({ kind: 'preview', port: 3000, id: 'c1' });
  });

  test('published sites below the app\'s or the previews\' domain are refused, and so is PUBLIC_URL without them', () => {
    expect(() => createHosts(parseConfig({ PUBLIC_URL: 'https://ide.example.org', SITES_DOMAIN: 'sites.ide.example.org' }), 1)).toThrow('share a site');
    expect(() => parseConfig({ PUBLIC_URL: 'https://ide.example.org' })).toThrow('SITES_DOMAIN');
    expect(() => parseConfig({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(/PORT.*\n.*LOG_LEVEL/s);
  });
});
