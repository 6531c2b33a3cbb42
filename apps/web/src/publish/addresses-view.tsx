import type { SiteAddress } from '@slipway/contracts';
import { createSignal, Index, Show } from 'solid-js';
import type { Workbench } from '../workbench/feature.ts';
import { CopyButton } from './copy-button.tsx';
import type { SiteAdmin } from './create-site-admin.ts';
import { QrCode } from './qr-code.tsx';

/** Where the shown version is found: the project's address, names, domains; and its password (P-35, P-37). */
export function AddressesView(props: {
  admin: SiteAdmin;
  projectId: string;
  confirm: Workbench['confirm'];
  unpublish: () => void;
}) {
  const [name, setName] = createSignal('');
  const [domain, setDomain] = createSignal('');
  const [coded, setCoded] = createSignal<string>();
  /** A field keeps what was typed where the server said no. */
  const add = async (kind: 'name' | 'domain', host: string, clear: () => unknown): Promise<void> => {
    if (await props.admin.change((api) => api.addAddress(props.projectId, { kind, host }))) clear();
  };
  /** What the world has been given is not taken from it by one click. */
  const remove = async ({ id, url }: SiteAddress): Promise<void> => {
    const yes = await props.confirm({
      title: 'Remove this address?',
      text: `${url} shows nothing any more.`,
      confirm: 'Remove',
      danger: true,
    });
    if (yes) await props.admin.change((api) => api.removeAddress(props.projectId, id));
  };
  return (
    <Show when={props.admin.site()}>
      {(site) => (
        <>
          <Show when={site().activeBuildId === null}>
            <p class="muted">Nothing is shown at these addresses now: publish, or show a version.</p>
          </Show>
          <ul class="addresses" aria-label="Addresses">
            {/* Rows stay through each reading of the site, and with them the keyboard's place. */}
            <Index
              each={site().addresses}
              fallback={<li class="muted">The first version brings an address with it.</li>}
            >
              {(address) => (
                <AddressRow
                  admin={props.admin}
                  projectId={props.projectId}
                  address={address()}
                  code={coded() === address().id}
                  onRemove={() => void remove(address())}
                  onCode={() => setCoded(coded() === address().id ? undefined : address().id)}
                />
              )}
            </Index>
          </ul>
          <form
            class="row"
            onSubmit={(event) => {
              event.preventDefault();
              void add('name', name(), () => setName(''));
            }}
          >
            <label>
              A name of your own
              <input
                required
                value={name()}
                onInput={(event) => setName(event.currentTarget.value)}
                placeholder="my-site"
              />
            </label>
            <button>Add name</button>
          </form>
          <form
            class="row"
            onSubmit={(event) => {
              event.preventDefault();
              void add('domain', domain(), () => setDomain(''));
            }}
          >
            <label>
              A domain of your own
              <input
                required
                value={domain()}
                onInput={(event) => setDomain(event.currentTarget.value)}
                placeholder="www.example.org"
              />
            </label>
            <button>Add domain</button>
          </form>
          <PasswordForm {...props} isSet={site().hasPassword} />
          <p class="row">
            <span class="muted">{`${site().views} views of these addresses`}</span>
            <span class="grow" />
            <Show when={site().activeBuildId !== null}>
              <button class="danger" onClick={() => props.unpublish()}>
                Unpublish
              </button>
            </Show>
          </p>
        </>
      )}
    </Show>
  );
}

/** Of all addresses together; it is never shown again. */
function PasswordForm(props: { admin: SiteAdmin; projectId: string; confirm: Workbench['confirm']; isSet: boolean }) {
  const [password, setPassword] = createSignal('');
  const open = async (): Promise<void> => {
    const yes = await props.confirm({
      title: 'Remove the password?',
      text: 'Whoever knows one of these addresses sees the site then.',
      confirm: 'Remove password',
      danger: true,
    });
    if (yes) await props.admin.change((api) => api.setSitePassword(props.projectId, null));
  };
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        void props.admin
          .change((api) => api.setSitePassword(props.projectId, password()))
          .then((done) => done && setPassword(''));
      }}
    >
      <label>
        Password of these addresses
        <input
          type="password"
          autocomplete="new-password"
          minlength="4"
          required
          value={password()}
          placeholder={props.isSet ? 'Set; type another one' : 'None'}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <button>Set password</button>
      <Show when={props.isSet}>
        <button type="button" onClick={() => void open()}>
          Remove password
        </button>
      </Show>
    </form>
  );
}

function AddressRow(props: {
  admin: SiteAdmin;
  projectId: string;
  address: SiteAddress;
  code: boolean;
  onRemove: () => void;
  onCode: () => void;
}) {
  return (
    <li>
      <div class="row">
        <a href={props.address.url} target="_blank" rel="noreferrer">
          {props.address.url}
        </a>
        <span class="muted">{kindOf(props.address)}</span>
        <span class="grow" />
        <CopyButton text={props.address.url} label="Copy" />
        <button aria-expanded={props.code} onClick={() => props.onCode()}>
          QR code
        </button>
        <Show when={!props.address.verified}>
          <button
            onClick={() => void props.admin.change((api) => api.verifyAddress(props.projectId, props.address.id))}
          >
            Check the record
          </button>
        </Show>
        <Show when={props.address.kind !== 'stable'}>
          <button onClick={() => props.onRemove()}>Remove</button>
        </Show>
      </div>
      <Show when={!props.address.verified && props.address.proof}>
        {(proof) => (
          <p class="proof">
            Add this TXT record to the domain’s DNS, then check it: <code>{proof().name}</code>{' '}
            <code>{proof().value}</code> <CopyButton text={proof().value} label="Copy value" />
          </p>
        )}
      </Show>
      <Show when={props.code}>
        <QrCode text={props.address.url} />
      </Show>
    </li>
  );
}

/** A domain serves nothing before its record was found. */
function kindOf({ kind, verified }: SiteAddress): string {
  if (kind === 'stable') return 'the project’s address';
  if (kind === 'name') return 'your name';
  return verified ? 'your domain' : 'your domain, not proven yet';
}
