/**
 * The npm registry as containers see it: a cache on this machine's disk that asks
 * the registry which npm is configured with. The server and the command line serve it.
 */
export { createNpmMirror, createRegistryMirror, type RegistryMirror } from './registry-mirror.ts';
export { MIRROR_PATH, registryRoute } from './registry-route.ts';
