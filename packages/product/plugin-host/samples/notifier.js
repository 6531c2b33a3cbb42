// JavaScript: keeps a line of every build that failed, and publishes one event when three in a row did.
import { insert, query } from 'slipway:plugin/db@1.0.0';
import { publish } from 'slipway:plugin/events@1.0.0';
import { current, log } from 'slipway:plugin/host@1.0.0';

const IN_A_ROW = 3;

export const guest = {
  init() {},

  handleEvent(type, payload) {
    const { projectId, status, errorSummary } = JSON.parse(payload);
    if (status === 'cancelled') return;
    const failed = status !== 'succeeded';
    const earlier = query('result', JSON.stringify({ project: { eq: projectId } }), 1000).map(({ data }) =>
      JSON.parse(data),
    );
    const at = new Date(Number(current().now)).toISOString();
    insert(
      'result',
      JSON.stringify({ project: projectId, failed, at, ...(failed && { why: errorSummary ?? 'unknown' }) }),
    );
    if (!failed) return;
    const last = earlier.slice(1 - IN_A_ROW);
    log('warn', `${type}: ${errorSummary ?? 'unknown'}`);
    if (last.length === IN_A_ROW - 1 && last.every((result) => result.failed)) {
      publish('build.keeps-failing', JSON.stringify({ projectId, times: IN_A_ROW }));
    }
  },

  onTenantCreated() {},
};
