import type { Build, SiteResponse, VersionLink } from '@slipway/contracts';
import { type Accessor, createSignal } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';

/** A version that can be shown: a build that succeeded, with its link. */
export interface Version {
  readonly build: Build;
  readonly link: VersionLink | undefined;
  readonly shown: boolean;
}

/** Names only, so that a test needs no more of the API than these. */
type SiteCalls =
  | 'site'
  | 'builds'
  | 'versionLinks'
  | 'setBuildSettings'
  | 'setSitePassword'
  | 'setVariable'
  | 'deleteVariable'
  | 'unpublish'
  | 'addAddress'
  | 'verifyAddress'
  | 'removeAddress'
  | 'changeLink'
  | 'activateBuild'
  | 'deleteBuild';

/** `change` reads everything anew: nothing here is ever reckoned by the page. */
export interface SiteAdmin {
  readonly site: Accessor<SiteResponse['site'] | undefined>;
  readonly versions: Accessor<readonly Version[]>;
  /** Why the last change was not made, until the next one or `forget`. */
  readonly problem: Accessor<string | undefined>;
  /** Why the last reading failed, until one succeeds: what is shown, if anything is, is older. */
  readonly unread: Accessor<string | undefined>;
  /** From the beginning of a change until everything has been read anew. */
  readonly busy: Accessor<boolean>;
  /** Makes a change and reads everything anew; false where the server said no. */
  change(work: (api: Pick<Api, SiteCalls>) => Promise<unknown>): Promise<boolean>;
  reload(): Promise<void>;
  forget(): void;
}

/** Reads the site after each change; whoever shows it says when else, such as at the end of a build. */
export function createSiteAdmin(api: Pick<Api, SiteCalls>, project: { readonly id: string }): SiteAdmin {
  const [site, setSite] = createSignal<SiteResponse['site']>();
  const [versions, setVersions] = createSignal<readonly Version[]>([]);
  const [problem, setProblem] = createSignal<string>();
  const [unread, setUnread] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);

  /** Set together once all have come: no version is drawn without its link. */
  const read = async (): Promise<void> => {
    const [found, { builds }, links] = await Promise.all([
      api.site(project.id),
      api.builds(project.id),
      api.versionLinks(project.id),
    ]);
    const byBuild = new Map(links.map((link) => [link.buildId, link]));
    setSite(found);
    setVersions(
      builds
        .filter(({ status }) => status === 'succeeded')
        .map((build) => ({ build, link: byBuild.get(build.id), shown: build.id === found.activeBuildId })),
    );
  };
  const reload = async (): Promise<void> => {
    try {
      await read();
      setUnread(undefined);
    } catch (error) {
      setUnread(messageOf(error));
    }
  };
  return {
    ...{ site, versions, problem, unread, busy, reload },
    forget: () => void setProblem(undefined),
    async change(work) {
      setBusy(true);
      setProblem(undefined);
      try {
        await work(api);
        // Made is made, whether or not the page can be told what came of it.
        await reload();
        return true;
      } catch (error) {
        setProblem(messageOf(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
