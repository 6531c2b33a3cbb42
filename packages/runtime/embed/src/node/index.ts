/** Node's part of embedding: the hosts of a container on one loopback port, and folders as trees that mount. */
export { readTree, writeTree } from './folder-tree.ts';
export { answer, readBody, type AppRoutes } from './app-routes.ts';
export {
  type HostNames,
  type HostsOptions,
  type RegistryAnswers,
  serveHosts,
  type ServedHosts,
} from './serve-hosts.ts';
