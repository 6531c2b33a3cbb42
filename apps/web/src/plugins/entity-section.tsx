import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { createDoing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { Notice } from '../shell/notice.tsx';
import { EntityFilter } from './entity-filter.tsx';
import { EntityForm } from './entity-form.tsx';
import { offerFile } from './offer-file.ts';
import { type Fields, type RowData, showValue, toCsv } from './row-values.ts';

/** `version` goes along when it is changed: the server refuses where somebody else was faster. */
interface Row {
  id: string;
  version: number;
  data: RowData;
}

/** One's own rows of an entity: list, filter, order, form and export, made of what the manifest says. */
export function EntitySection(props: { pluginId: string; name: string; fields: Fields }) {
  const api = useApi();
  const doing = createDoing();
  const [filter, setFilter] = createSignal('');
  const [sort, setSort] = createSignal('');
  const [offset, setOffset] = createSignal(0);
  const [editing, setEditing] = createSignal<Row | 'new'>();
  const [removing, setRemoving] = createSignal<Row>();
  // A resource asks anew whenever one of the three changes.
  const asked = () => ({ filter: filter(), sort: sort(), offset: offset() });
  const readPage = async (page: ReturnType<typeof asked>) => {
    const { rows, next } = await api.pluginRows(props.pluginId, props.name, page);
    return { rows: rows.map((row): Row => ({ ...row, data: row.data as RowData })), next };
  };
  const [page, { refetch }] = createResource(asked, readPage);
  const id = () => `entity-${props.name}`;
  const order = (field: string): void => {
    setOffset(0);
    // A second click on the same column turns the order.
    setSort((was) => (was === field ? `-${field}` : field));
  };
  const save = (data: Record<string, unknown>) =>
    void doing.run(async () => {
      const row = editing();
      if (row === 'new') await api.createPluginRow(props.pluginId, props.name, data);
      // With the version that was shown: somebody else's change is refused, not written over.
      else if (row) await api.updatePluginRow(props.pluginId, props.name, row.id, data, row.version);
      setEditing(undefined);
      await refetch();
    }, 'Saved.');
  const remove = (yes: boolean): void => {
    const row = removing();
    setRemoving(undefined);
    if (!yes || !row) return;
    void doing.run(async () => {
      await api.deletePluginRow(props.pluginId, props.name, row.id);
      await refetch();
    }, 'Removed.');
  };
  const exportAs = (kind: 'csv' | 'json') =>
    void doing.run(async () => {
      const rows = await readAll((next) => readPage({ ...asked(), offset: next }));
      const text = kind === 'csv' ? toCsv(props.fields, rows) : JSON.stringify(rows, undefined, 2);
      offerFile(`${props.pluginId}-${props.name}.${kind}`, text, kind === 'csv' ? 'text/csv' : 'application/json');
    }, 'Exported.');
  return (
    <section aria-labelledby={id()} class="plugin-entity">
      <h2 id={id()}>{props.name}</h2>
      <EntityFilter
        name={props.name}
        fields={props.fields}
        onFilter={(text) => {
          setOffset(0);
          setFilter(text);
        }}
      />
      <div class="row">
        <button onClick={() => setEditing('new')}>Add</button>
        <button disabled={doing.busy()} onClick={() => exportAs('csv')}>
          Export CSV
        </button>
        <button disabled={doing.busy()} onClick={() => exportAs('json')}>
          Export JSON
        </button>
        <button onClick={() => void refetch()}>Read again</button>
      </div>
      <Show when={editing()} keyed>
        {(row) => (
          <EntityForm
            title={row === 'new' ? `New ${props.name}` : `Change ${props.name}`}
            fields={props.fields}
            data={row === 'new' ? {} : row.data}
            busy={doing.busy()}
            onSave={save}
            onCancel={() => setEditing(undefined)}
          />
        )}
      </Show>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={page.error}>
          <Notice
            tone="error"
            title="The rows could not be read"
            text={messageOf(page.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={page.latest}>
          {(read) => (
            <Show
              when={read().rows.length > 0}
              fallback={<p class="muted">{filter() === '' ? 'Nothing yet.' : 'Nothing fits the filter.'}</p>}
            >
              <RowTable
                name={props.name}
                fields={props.fields}
                rows={read().rows}
                sort={sort()}
                onSort={order}
                onChange={setEditing}
                onRemove={setRemoving}
              />
              <Pager offset={offset()} next={read().next} onGo={setOffset} />
            </Show>
          )}
        </Match>
      </Switch>
      <DoingNotice doing={doing} />
      <Show when={removing()}>
        <ConfirmDialog
          title={`Remove this ${props.name}?`}
          text="The plugin does not see it any more."
          confirm="Remove"
          onAnswer={remove}
        />
      </Show>
    </section>
  );
}

/** Asked for at once; `Pager` goes on and back by as many. */
const PAGE = 100;

/** Back by a whole page: rows that others delete meanwhile may make the two overlap, which loses none. */
function Pager(props: { offset: number; next: number | null; onGo: (offset: number) => void }) {
  return (
    <Show when={props.offset > 0 || props.next !== null}>
      <div class="row">
        <button disabled={props.offset === 0} onClick={() => props.onGo(Math.max(0, props.offset - PAGE))}>
          Page before
        </button>
        <button disabled={props.next === null} onClick={() => props.onGo(props.next ?? props.offset)}>
          Next page
        </button>
        <span class="muted">from row {props.offset + 1}</span>
      </div>
    </Show>
  );
}

/** All pages behind each other; the server ends them. */
async function readAll(readPage: (offset: number) => Promise<{ rows: Row[]; next: number | null }>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let next: number | null = 0; next !== null;) {
    const page: { rows: Row[]; next: number | null } = await readPage(next);
    rows.push(...page.rows);
    next = page.next;
  }
  return rows;
}

/** Wider than most windows: the table scrolls in its own region, which the keyboard can reach. */
function RowTable(props: {
  name: string;
  fields: Fields;
  rows: readonly Row[];
  sort: string;
  onSort: (field: string) => void;
  onChange: (row: Row) => void;
  onRemove: (row: Row) => void;
}) {
  const names = () => Object.keys(props.fields);
  // For the buttons' names: "Change" alone says nothing to who hears the page.
  const titleOf = (row: Row) => showValue(row.data[names()[0] ?? '']).slice(0, 40) || row.id;
  // Only indexed fields can be ordered by; the server refuses others.
  const ordered = (field: string) =>
    props.sort === field ? 'ascending' : props.sort === `-${field}` ? 'descending' : 'none';
  return (
    <div class="plugin-table" role="region" aria-label={`Rows of ${props.name}`} tabindex="0">
      <table>
        <thead>
          <tr>
            <For each={names()}>
              {(name) => (
                <th scope="col" aria-sort={ordered(name)}>
                  <Show when={props.fields[name]!.indexed} fallback={name}>
                    <button class="plain" title="Order by this" onClick={() => props.onSort(name)}>
                      {name} {{ ascending: '▲', descending: '▼', none: '' }[ordered(name)]}
                    </button>
                  </Show>
                </th>
              )}
            </For>
            <th scope="col">Row</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(row) => (
              <tr>
                <For each={names()}>{(name) => <td>{showValue(row.data[name])}</td>}</For>
                <td class="plugin-row-actions">
                  <button aria-label={`Change ${titleOf(row)}`} onClick={() => props.onChange(row)}>
                    Change
                  </button>
                  <button aria-label={`Remove ${titleOf(row)}`} onClick={() => props.onRemove(row)}>
                    Remove
                  </button>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
