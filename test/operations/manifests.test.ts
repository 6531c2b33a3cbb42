import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configFields, parseConfig } from '../../apps/server/src/config/config.ts';
import { configFields as workerFields, parseConfig as parseWorkerConfig } from '../../apps/worker/src/config.ts';
import { SERVER_SESSIONS } from '../../apps/server/src/database-pools.ts';
import { WORKER_SESSIONS } from '../../apps/worker/src/database-pool.ts';
import { createHosts } from '../../apps/server/src/hosts/hosts.ts';
import { parseContainerfile } from './containerfile.ts';
import { type Manifest, readManifests, schemaProblems } from './manifests.ts';

const manifests = readManifests();
const objects = manifests.map(({ object }) => object);

/** The one object of that kind and name. */
function mustGet(kind: string, name: string): Deep {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found, `${kind} "${name}"`).toHaveLength(1);
  return deep(found[0]);
}

/** Whatever is in an object, once its schema has been held against it. */
type Deep = { [key: string]: Deep } & Deep[] & string;
const deep = (object: unknown): Deep => object as Deep;

/** Every value below that key, however deep. */
function valuesOf(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) => [...(name === key ? [held] : []), ...valuesOf(held, key)]);
}

const podsOf = (kind: string) =>
  objects.filter((object) => object.kind === kind).map((object) => deep(object)['spec']!['template']!);

/** What a container's program finds in its environment; what a Secret holds is made up. */
function environmentOf(deployment: string): Record<string, string> {
  const container = mustGet('Deployment', deployment)['spec']!['template']!['spec']!['containers']![0]!;
  const maps = container['envFrom']!.map((from) => mustGet('ConfigMap', from['configMapRef']!['name']!)['data']!);
  const made: Record<string, string> = {
    DATABASE_URL: 'postgres://slipway@db.example.org/slipway',
    SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
  };
  const own = container['env']!.map((entry) => [
    entry['name']!,
    entry['value'] ?? made[entry['name']!] ?? 'made-up-and-long-enough',
  ]);
  return Object.assign({}, ...maps, Object.fromEntries(own)) as Record<string, string>;
}

describe('the manifests for Kubernetes', () => {
  it('SV-22 are what its own schemas take, and a field that there is not is told', () => {
    expect(objects.length).toBeGreaterThan(12);
    for (const { file, object } of manifests)
      expect(schemaProblems(object), `${file}: ${object.kind} "${object.metadata.name}"`).toEqual([]);
    const broken = structuredClone(mustGet('Deployment', 'slipway-api'));
    Object.assign(broken['spec']!['template']!['spec']!, { containerz: [] });
    broken['spec']!['replicas'] = 'two' as Deep;
    expect(schemaProblems(broken as unknown as Manifest)).toHaveLength(2);
  });

  it('SV-22 name only what is there: maps, accounts, ports, labels, and one Secret by its keys', () => {
    for (const name of valuesOf(objects, 'serviceAccountName')) mustGet('ServiceAccount', name as string);
    for (const map of valuesOf(objects, 'configMapRef')) mustGet('ConfigMap', (map as Deep)['name']!);
    for (const { name } of valuesOf(objects, 'service') as Deep[]) mustGet('Service', name as string);
    for (const { name } of valuesOf(objects, 'authenticationRef') as Deep[])
      mustGet('TriggerAuthentication', name as string);
    for (const { name } of valuesOf(objects, 'scaleTargetRef') as Deep[]) mustGet('Deployment', name as string);
    for (const object of objects.filter(({ kind }) => kind !== 'Namespace'))
      expect(object.metadata.namespace, object.metadata.name).toBe(
        mustGet('Namespace', 'slipway')['metadata']!['name'],
      );
    const labels = podsOf('Deployment').map((pod) => pod['metadata']!['labels']!['app']);
    for (const { app } of valuesOf(objects, 'matchLabels') as Deep[])
      if (app !== undefined) expect(labels).toContain(app);
    // No Secret is kept beside them: what it must hold is said on the page.
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const page = readFileSync(new URL('../../docs/operations/kubernetes.md', import.meta.url), 'utf8');
    const references = [...valuesOf(objects, 'secretKeyRef'), ...valuesOf(objects, 'secretTargetRef').flat()] as Deep[];
    for (const { name, key } of references) {
      expect(name).toBe('slipway');
      expect(page, `the key "${key as string}" of the Secret`).toContain(`--from-literal=${key as string}=`);
    }
    for (const name of valuesOf(objects, 'secretName')) expect(page).toContain(`\`${name as string}\``);
  });

  it('SV-22 the programs start with that environment, and every name in it is a setting', () => {
    const known = new Set([...Object.keys(configFields), ...Object.keys(workerFields)]);
    for (const deployment of ['slipway-api', 'slipway-worker'])
      for (const name of Object.keys(environmentOf(deployment)).filter((name) => name !== 'POD_IP'))
        expect(known, `${name} of ${deployment}`).toContain(name);
    const api = parseConfig({ ...environmentOf('slipway-api'), ROLE: 'api', PEER_ADDRESS: '10.0.0.7:4000' });
    // The worker's program reads the server's settings first, then its own.
    parseConfig({ ...environmentOf('slipway-worker'), ROLE: 'worker' });
    const worker = parseWorkerConfig(environmentOf('slipway-worker'));
    for (const [name, { DRAIN_SECONDS }] of Object.entries({ 'slipway-api': api, 'slipway-worker': worker }))
      expect(
        Number(mustGet('Deployment', name)['spec']!['template']!['spec']!['terminationGracePeriodSeconds']),
        name,
      ).toBeGreaterThan(DRAIN_SECONDS);
    const limit = mustGet('Deployment', 'slipway-worker')['spec']!['template']!['spec']!['containers']![0]![
      'resources'
    ]!;
    expect(Number(/^(\d+)Gi$/.exec(limit['limits']!['memory']!)?.[1]) * 1024 ** 3).toBeGreaterThan(
      worker.BUILD_MEMORY_BYTES,
    );
  });

  it('SV-22 ports and probes are the program’s, and the ingress leads every host of it there, with a certificate', () => {
    const env = environmentOf('slipway-api');
    const config = parseConfig({ ...env, PEER_ADDRESS: '10.0.0.7:4000' });
    const container = mustGet('Deployment', 'slipway-api')['spec']!['template']!['spec']!['containers']![0]!;
    expect(container['ports']).toEqual([{ name: 'http', containerPort: config.PORT }]);
    expect(env['PEER_ADDRESS']).toBe(`$(POD_IP):${config.PORT}`);
    for (const probe of ['startupProbe', 'livenessProbe'])
      expect(container[probe]!['httpGet']).toEqual({ path: '/health', port: 'http' });
    expect(container['readinessProbe']!['httpGet']).toEqual({ path: '/ready', port: 'http' });
    for (const port of valuesOf(objects, 'targetPort')) expect(port).toBe('http');

    const hosts = createHosts(config, config.PORT);
    const ingress = mustGet('Ingress', 'slipway')['spec']!;
    const rules = ingress['rules']!.map((rule) => rule['host']!);
    expect(ingress['tls']!.flatMap((tls) => tls['hosts']!).sort()).toEqual([...rules].sort());
    const example = (pattern: string) => new URL(pattern.replaceAll(/\{\w+\}/g, '1')).hostname;
    const wanted = [
      hosts.appOrigin,
      hosts.bareRuntimeOrigin,
      hosts.runtimePattern,
      hosts.previewPattern,
      hosts.sitePattern,
    ].map(example);
    // A wildcard of an ingress stands for one label.
    for (const host of wanted) {
      const wildcard = host.replace(/^[^.]+/, '*');
      expect(
        rules.some((rule) => rule === host || rule === wildcard),
        host,
      ).toBe(true);
    }
  });

  it('SV-22 Pods are what Pod Security wants: no root, nothing gained, and the root file system for reading only', () => {
    for (const pod of podsOf('Deployment')) {
      expect(pod['spec']!['securityContext']).toMatchObject({ runAsNonRoot: true });
      expect(['RuntimeDefault', 'Localhost']).toContain(pod['spec']!['securityContext']!['seccompProfile']!['type']);
      expect(pod['spec']!['automountServiceAccountToken']).toBe(false);
      for (const container of pod['spec']!['containers']!)
        expect(container['securityContext']).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
    for (const host of ['hostNetwork', 'hostPID', 'hostIPC', 'hostPath', 'privileged'])
      expect(valuesOf(objects, host)).toEqual([]);
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy').map(deep);
    const nothing = policies.find((policy) => policy['metadata']!['name'] === 'nothing');
    expect(nothing?.['spec']).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it('SV-22 the book has the sessions of the database that the programs open, and those of these manifests in all', () => {
    const pages = ['scale', 'kubernetes'].map((name) =>
      readFileSync(new URL(`../../docs/operations/${name}.md`, import.meta.url), 'utf8').replace(/\s+/g, ' '),
    );
    expect(pages[0]).toContain(`up to ${SERVER_SESSIONS} sessions of the database, a worker up to ${WORKER_SESSIONS}.`);
    const scaled = deep(objects.find(({ kind }) => kind === 'ScaledObject'))['spec']!;
    const servers = Number(mustGet('Deployment', 'slipway-api')['spec']!['replicas']);
    const all = servers * SERVER_SESSIONS + Number(scaled['maxReplicaCount']) * WORKER_SESSIONS;
    expect(pages[1]).toContain(
      `up to ${SERVER_SESSIONS} sessions for each server and ${WORKER_SESSIONS} for each worker: ${all} for`,
    );
  });

  it('SV-22 the image has the programs, the port, the user and the folder that the manifests say', () => {
    const stages = parseContainerfile(readFileSync(new URL('../../Containerfile', import.meta.url), 'utf8'));
    const ignored = readFileSync(new URL('../../.dockerignore', import.meta.url), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.slipway', '**/node_modules']));
    for (const role of ['api', 'worker']) {
      const stage = stages.find(({ name }) => name === role)!;
      const pod = mustGet('Deployment', `slipway-${role}`)['spec']!['template']!['spec']!;
      const container = pod['containers']![0]!;
      // Node as the first process would leave a build's dead browsers lying about.
      expect(stage.entry).toEqual(['/usr/bin/tini', '--']);
      expect(stage.command).toEqual(['node', 'apps/server/dist/main.mjs', role]);
      expect(Number(stage.user)).toBe(pod['securityContext']!['runAsUser']);
      expect(container['volumeMounts']!.map((mount) => mount['mountPath'])).toContain(stage.env['STATE_DIR']);
      expect(container['image']).toMatch(new RegExp(`^slipway-${role}(:|$)`));
      expect(stage.ports).toEqual([parseConfig({}).PORT]);
      // From outside of the container, what listens on its loopback cannot be reached.
      expect(stage.env['HOST']).toBe('0.0.0.0');
    }
    for (const { text } of stages.flatMap(({ steps }) => steps))
      for (const [path] of text.matchAll(/packages\/[\w/.-]+/g))
        expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
  });
});
