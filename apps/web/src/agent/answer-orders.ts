/** On its own, so that its code comes when the agent first asks something. */
export { makeOrderAnswerer, type OrderAnswerer } from '@slipway/agent';
