// JavaScript: every new project gets a list of what is to be done before it is published, and a build that ends well
// ticks off "builds".
import { insert, query, update } from 'slipway:plugin/db@1.0.0';
import { publish } from 'slipway:plugin/events@1.0.0';
import { current, log } from 'slipway:plugin/host@1.0.0';

const ITEMS = ['builds', 'has a title', 'was looked at on a phone'];

export const guest = {
  init() {
    log('info', `checklist with ${ITEMS.length} items`);
  },

  handleEvent(type, payload) {
    const event = JSON.parse(payload);
    if (type === 'project.created') {
      for (const title of ITEMS) {
        insert('item', JSON.stringify({ project: event.projectId, title, done: false, by: current().user }));
      }
      return;
    }
    if (type !== 'build.finished' || event.status !== 'succeeded') return;
    const rows = query('item', JSON.stringify({ project: { eq: event.projectId } }), 100);
    for (const { id, version, data } of rows) {
      const item = JSON.parse(data);
      if (item.title === 'builds' && !item.done) {
        update('item', id, JSON.stringify({ ...item, done: true }), version);
        publish('checklist.ticked', JSON.stringify({ projectId: event.projectId, title: item.title }));
      }
    }
  },

  onTenantCreated(id) {
    log('info', `ready for ${id}`);
  },
};
