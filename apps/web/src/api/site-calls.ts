import {
  type AddAddressBody,
  addressResponse,
  apiPaths,
  buildResponse,
  type BuildSettings,
  type ChangeLinkBody,
  linkListResponse,
  linkResponse,
  okResponse,
  type PublishTabBody,
  type SetVariableBody,
  siteResponse,
  tabPlanResponse,
  verificationResponse,
} from '@slipway/contracts';
import type { Ask } from './people-api.ts';

/** The part of the API that is about a project's site: settings, addresses, links of its versions. */
export const makeSiteCalls = (ask: Ask) => ({
  site: async (id: string) => (await ask(siteResponse, 'GET', apiPaths.site(id))).site,
  setBuildSettings: (id: string, settings: BuildSettings) =>
    ask(okResponse, 'PUT', apiPaths.siteSettings(id), settings),
  setSitePassword: (id: string, password: string | null) =>
    ask(okResponse, 'PUT', apiPaths.sitePassword(id), { password }),
  setVariable: (id: string, name: string, body: SetVariableBody) =>
    ask(okResponse, 'PUT', apiPaths.siteVariable(id, name), body),
  deleteVariable: (id: string, name: string) => ask(okResponse, 'DELETE', apiPaths.siteVariable(id, name)),
  unpublish: (id: string) => ask(okResponse, 'POST', apiPaths.siteUnpublish(id), {}),
  addAddress: (id: string, body: AddAddressBody) => ask(addressResponse, 'POST', apiPaths.siteAddresses(id), body),
  verifyAddress: (id: string, addressId: string) =>
    ask(addressResponse, 'POST', apiPaths.verifyAddress(id, addressId), {}),
  removeAddress: (id: string, addressId: string) => ask(okResponse, 'DELETE', apiPaths.siteAddress(id, addressId)),
  versionLinks: async (id: string) => (await ask(linkListResponse, 'GET', apiPaths.links(id))).links,
  changeLink: (buildId: string, body: ChangeLinkBody) => ask(linkResponse, 'PATCH', apiPaths.buildLink(buildId), body),
  activateBuild: (buildId: string) => ask(buildResponse, 'POST', apiPaths.activateBuild(buildId), {}),
  /** How this tab builds a snapshot, or why the server has to. */
  tabPlan: (id: string, snapshotId: string) => ask(tabPlanResponse, 'GET', apiPaths.tabPlan(id, snapshotId)),
  publishTab: (id: string, body: PublishTabBody) => ask(buildResponse, 'POST', apiPaths.tabBuilds(id), body),
  verification: (buildId: string) => ask(verificationResponse, 'GET', apiPaths.buildVerification(buildId)),
  verifyAgain: (buildId: string) => ask(buildResponse, 'POST', apiPaths.buildVerification(buildId), {}),
  deleteBuild: (buildId: string) => ask(okResponse, 'DELETE', apiPaths.build(buildId)),
});
