export { PLUGIN_LIMITS } from './limits.ts';
