// AssemblyScript: counts how often each link was opened, and says so at every tenth time.
import { db, events, host, json, OK, Result } from './slipway';

export function init(): usize {
  host.log(host.INFO, 'link counter is ready');
  return OK;
}

export function handle_event(type: usize, typeLength: usize, payload: usize, payloadLength: usize): usize {
  const kind = host.text(type, typeLength);
  const data = host.text(payload, payloadLength);
  const link = json.field(data, 'link');
  if (link.length == 0) return Result.error('the event "' + kind + '" names no link');
  const rows = db.query('link', '{"link":{"eq":' + json.quote(link) + '}}', 1);
  if (rows.error.length > 0) return Result.error(rows.error);
  let count = 1;
  if (rows.length == 0) {
    db.insert('link', '{"link":' + json.quote(link) + ',"count":1}');
  } else {
    count = I32.parseInt(json.field(rows.first.data, 'count')) + 1;
    db.update('link', rows.first.id, '{"link":' + json.quote(link) + ',"count":' + count.toString() + '}', rows.first.version);
  }
  if (count % 10 == 0) events.publish('link.popular', '{"link":' + json.quote(link) + ',"count":' + count.toString() + '}');
  return OK;
}

export function on_tenant_created(id: usize, idLength: usize): usize {
  host.log(host.INFO, 'welcome ' + host.text(id, idLength));
  return OK;
}

export { cabi_realloc } from './slipway';
