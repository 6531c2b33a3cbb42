export { startServer, type RunningServer } from './start-server.ts';
export { type Config, parseConfig } from './config/config.ts';
