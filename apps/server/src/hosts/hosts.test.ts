import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { createHosts } from './hosts.ts';

const local = createHosts(parseConfig({}), 4000);

describe('hosts', () => {
  it('the Host header decides, and nothing that only looks like a host of ours passes', () => {
    const label = 'a'.repeat(32);
    expect(local.classify('slipway.localhost:4000')).toEqual({ kind: 'app' });
    expect(local.classify('SLIPWAY.localhost')).toEqual({ kind: 'app' });
    expect(local.classify('rt.slipway.localhost:4000')).toEqual({ kind: 'runtime', label: undefined });
    expect(local.classify('c1.rt.slipway.localhost:4000')).toEqual({ kind: 'runtime', label: 'c1' });
    expect(local.classify('5173--c1.slipway.localhost:4000')).toEqual({ kind: 'preview', port: 5173, id: 'c1' });
    expect(local.classify(`${label}.slipway-sites.localhost:4000`)).toEqual({ kind: 'site', label });
    const live = `live-${'0'.repeat(32)}`;
    expect(local.classify(`${live}.slipway-sites.localhost:4000`)).toEqual({ kind: 'live', label: live });
    expect(local.classify('live-demo.slipway-sites.localhost:4000')).toEqual({ kind: 'site', label: 'live-demo' });
    for (const host of ['localhost:4000', '127.0.0.1:4000', '[::1]:4000'])
      expect(local.classify(host), host).toEqual({ kind: 'loopback' });
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

  it("an operator's domains carry the scheme and port of PUBLIC_URL", () => {
    const hosts = createHosts(
      parseConfig({
        PUBLIC_URL: 'https://ide.example.org/',
        RUN_DOMAIN: 'run.example.org',
        SITES_DOMAIN: 'sites.example.net',
      }),
      4000,
    );
    expect(hosts.runtimePattern).toBe('https://{container}.rt.run.example.org');
    expect(hosts.sitePattern).toBe('https://{label}.sites.example.net');
    expect(hosts.classify('ide.example.org')).toEqual({ kind: 'app' });
    expect(hosts.classify('3000--c1.run.example.org')).toEqual({ kind: 'preview', port: 3000, id: 'c1' });
  });

  it("published sites below the app's or the previews' domain are refused, and so is PUBLIC_URL without them", () => {
    expect(() =>
      createHosts(parseConfig({ PUBLIC_URL: 'https://ide.example.org', SITES_DOMAIN: 'sites.ide.example.org' }), 1),
    ).toThrow('would share the site "example.org" with "ide.example.org"');
    expect(() => parseConfig({ PUBLIC_URL: 'https://ide.example.org' })).toThrow('SITES_DOMAIN');
    expect(() => parseConfig({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(/PORT.*\n.*LOG_LEVEL/s);
  });

  it('SV-17 published sites are another site than app and previews by the public-suffix list, else the server does not start', () => {
    const start = (app: string, sites: string, run?: string) =>
      createHosts(
        parseConfig({ PUBLIC_URL: `https://${app}`, SITES_DOMAIN: sites, ...(run ? { RUN_DOMAIN: run } : {}) }),
        1,
      );
    for (const [app, sites, run] of [
      ['ide.example.org', 'sites.example.org'],
      ['ide.example.org', 'example.org'],
      ['example.org', 'a.b.c.example.org'],
      ['ide.example.co.uk', 'sites.example.co.uk'],
      ['ide.example.org', 'sites.example.net', 'run.example.net'],
      ['user.github.io', 'sites.user.github.io'],
      ['ide.internal', 'sites.ide.internal'],
      ['slipway.localhost', 'sites.slipway.localhost'],
    ] as const)
      expect(() => start(app, sites, run), `${app} ${sites}`).toThrow(
        /^Cannot use SITES_DOMAIN ".*": published sites would share/,
      );
    for (const [app, sites, run] of [
      ['ide.example.org', 'example.net'],
      ['example.co.uk', 'other.co.uk'],
      // Entries of the list that are not registries: two people's names there are two sites.
      ['user.github.io', 'other.github.io'],
      ['ide.example.org', 'sites.example.net', 'run.example.com'],
      ['slipway.localhost', 'slipway-sites.localhost'],
    ] as const)
      expect(start(app, sites, run).sitePattern, `${app} ${sites}`).toBe(`https://{label}.${sites}`);
  });

  it('SV-18 ALLOWED_EMBEDDERS holds patterns that commas separate, and a bad one stops the start with its value and the form wanted', () => {
    expect(parseConfig({}).ALLOWED_EMBEDDERS).toEqual(['http://localhost:*', 'http://127.0.0.1:*']);
    expect(
      parseConfig({ ALLOWED_EMBEDDERS: ' https://A.example.org:443 ,, https://*.example.org:*,' }).ALLOWED_EMBEDDERS,
    ).toEqual(['https://a.example.org', 'https://*.example.org:*']);
    const bad = () => parseConfig({ ALLOWED_EMBEDDERS: "http://localhost:*,'none'; script-src *,https://a.org/path" });
    expect(bad).toThrow(
      /^Cannot read the configuration:\n {2}ALLOWED_EMBEDDERS: Cannot take "'none'; script-src \*" as an embedder: .*"http:\/\/localhost:\*"\n {2}ALLOWED_EMBEDDERS: Cannot take "https:\/\/a\.org\/path" as an embedder: it has a path/,
    );
    expect(() => parseConfig({ ALLOWED_EMBEDDERS: 'http://a:1,'.repeat(400) })).toThrow(/ALLOWED_EMBEDDERS: .*4096/);
  });
});
