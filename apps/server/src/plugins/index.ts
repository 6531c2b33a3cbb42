/** For `test/chaos` and `test/perf`, which kill and measure the engine without the rest of a server. */
export { startPluginDispatcher } from './plugin-dispatcher.ts';
export { PluginEngine } from './plugin-engine.ts';
export { createPluginPool, type PluginPool } from './plugin-pool.ts';
