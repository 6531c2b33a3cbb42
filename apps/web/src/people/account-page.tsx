import { A } from '@solidjs/router';
import { useApi } from '../api/context.ts';
import { AuditList } from './audit-list.tsx';
import { DataSection } from './data-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TokensSection } from './tokens-section.tsx';
import { UserMenu } from './user-menu.tsx';
import './people.css';

/** Everybody has it; what admins do is on other pages. */
export function AccountPage() {
  const api = useApi();
  return (
    <main class="projects people">
      <header class="page-head">
        <div class="grow">
          <h1>Account</h1>
          <p class="muted">
            {api.user()?.email} · {api.user()?.role} · <A href="/">All projects</A>
          </p>
        </div>
        <UserMenu />
      </header>
      <ProfileSection />
      <SessionsSection />
      <TokensSection />
      <section aria-labelledby="activity">
        <h2 id="activity">Activity</h2>
        <AuditList read={(before) => api.people.ownAudit(before)} everybody={false} />
      </section>
      <DataSection />
    </main>
  );
}
