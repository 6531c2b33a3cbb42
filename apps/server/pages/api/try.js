/** Shows the routes of the API's description and sends requests to them. Plain JavaScript: it is served as it is. */

const byId = (id) => document.getElementById(id);
const state = byId('state');

/** @type {Promise<string | undefined> | undefined} The session's token, asked for once. */
let session;

function openSession() {
  session ??= fetch('/api/v1/open', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
    .then((answer) => answer.json())
    .then((opened) => opened.session?.accessToken);
  return session;
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Something that the schema takes, as a beginning. */
function exampleOf(schema) {
  if (schema === undefined) return null;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const union = schema.anyOf ?? schema.oneOf;
  if (union !== undefined) return exampleOf(union[0]);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, exampleOf(schema.properties?.[name])]));
    case 'array':
      return [];
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    case 'string':
      return '';
    default:
      return null;
  }
}

function showRoute(path, method, operation) {
  const inputs = new Map();
  const form = make('form', {});
  for (const { name } of operation.parameters ?? []) {
    const input = make('input', { name, required: true, autocomplete: 'off' });
    inputs.set(name, input);
    form.append(make('label', {}, name, input));
  }
  const schema = operation.requestBody?.content['application/json'].schema;
  const body =
    schema && make('textarea', { value: JSON.stringify(exampleOf(schema), undefined, 2), spellcheck: false });
  if (body) form.append(make('label', {}, 'Body', body));
  const answer = make('pre', { hidden: true, tabIndex: 0 });
  form.append(make('button', { type: 'submit', textContent: 'Send' }), answer);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    answer.hidden = false;
    answer.textContent = 'Waiting…';
    try {
      const token = byId('token').value || (await openSession());
      const url = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(inputs.get(name).value));
      const headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}) };
      if (body) headers['Content-Type'] = 'application/json';
      const got = await fetch(url, { method: method.toUpperCase(), headers, ...(body ? { body: body.value } : {}) });
      const text = await got.text();
      answer.textContent = `${got.status}\n${pretty(text)}`;
    } catch (error) {
      answer.textContent = String(error);
    }
  });
  const title = make('summary', {}, make('code', { textContent: `${method.toUpperCase()} ${path}` }));
  return make('details', {}, title, form);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    // An answer that is no JSON is shown as it is.
    return text;
  }
}

const description = await (await fetch('/api/v1/openapi.json')).json();
const groups = new Map();
for (const [path, operations] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(operations)) {
    const [tag] = operation.tags;
    if (!groups.has(tag)) groups.set(tag, make('section', {}, make('h2', { textContent: tag })));
    // An endless answer is nothing to look at here.
    if (path !== '/api/v1/events') groups.get(tag).append(showRoute(path, method, operation));
  }
}
byId('routes').append(...groups.values());
state.textContent = `${Object.keys(description.paths).length} addresses`;
