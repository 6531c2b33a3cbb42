import { A } from '@solidjs/router';
import { Show } from 'solid-js';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { AuditList } from './audit-list.tsx';
import { InvitationsSection } from './invitations-section.tsx';
import { PeopleSection } from './people-section.tsx';
import { UserMenu } from './user-menu.tsx';
import './people.css';

/** Looking after people; the server asks for the role too. */
export function AdminPage() {
  const api = useApi();
  return (
    <main class="projects people">
      <header class="page-head">
        <div class="grow">
          <h1>Administration</h1>
          <p class="muted">
            People, invitations and what was done here. <A href="/">All projects</A>
          </p>
        </div>
        <UserMenu />
      </header>
      <Show
        when={api.user()?.role === 'admin'}
        fallback={<Notice tone="error" title="This page is for admins" text="Ask one of them to change your role." />}
      >
        <PeopleSection />
        <InvitationsSection />
        <section aria-labelledby="audit">
          <h2 id="audit">Audit log</h2>
          <AuditList read={(before) => api.people.audit(before)} everybody />
        </section>
      </Show>
    </main>
  );
}
